package dev.adjoint.cuda;

import dev.adjoint.DType;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;

/** Launches that each add a scalar to what the one before has stored, as a sequence on a device without hardware. */
final class Chain {
  static final int LENGTH = 16;
  private static final long[] STARTS = {0, 64};

  /** Adds a scalar. */
  static final Kernel ADD =
      new Kernel.Loop(
          1,
          0,
          false,
          List.of(
              new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
              new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS)),
          List.of(DType.F32),
          List.of(
              new Stage.Map(
                  List.of(
                      new Instr.Load(0, DType.F32),
                      new Instr.Scalar(0, DType.F32),
                      new Instr.Apply(ScalarOp.ADD, DType.F32, 0, 1, -1)),
                  List.of(new Stage.Store(1, 2)))));

  private final CudaBackend device;
  private final int count;
  private final Sequence sequence;

  private Chain(CudaBackend device, int count) {
    this.device = device;
    this.count = count;
    sequence = device.sequence(Collections.nCopies(count, add(device)), count);
  }

  /** So many launches on a device. */
  static Chain of(int count, CudaBackend device, FakeDriver driver) {
    driver.kernels.learn(ADD, geometry());
    return new Chain(device, count);
  }

  static CudaBackend open(FakeDriver driver) {
    return new CudaBackend(
        new CudaSession(driver, 0, FakeDriver.info(), "cuda:3"), driver, null, null, null);
  }

  /** One of the launches. */
  static Program.Launch add(CudaBackend device) {
    return device.compile(ADD).prepare(geometry());
  }

  /** The index space of each launch. */
  static Geometry geometry() {
    return new Geometry(new int[] {LENGTH}, new long[2], new long[][] {{1}, {1}});
  }

  /** Memory for the chain: a buffer for each launch that writes from byte 64 on, and one of zeros. */
  Buffer[] memory() {
    Buffer[] memory = new Buffer[count + 1];
    for (int i = 0; i < memory.length; i++) {
      memory[i] = device.allocate(64 + Float.BYTES * LENGTH);
      device.write(memory[i], 0, MemorySegment.ofArray(new float[16 + LENGTH]));
    }
    return memory;
  }

  /** Adds numbers, one in each launch; returns the sum. */
  float run(Buffer[] memory, float... numbers) {
    Buffer[][] buffers = new Buffer[count][];
    long[][] starts = new long[count][];
    long[][] scalars = new long[count][];
    for (int i = 0; i < count; i++) {
      buffers[i] = new Buffer[] {memory[i], memory[i + 1]};
      starts[i] = i == 0 ? STARTS : new long[] {64, 64};
      scalars[i] = new long[] {Float.floatToRawIntBits(numbers[i])};
    }
    sequence.run(buffers, starts, scalars);
    float[] sums = new float[LENGTH];
    device.read(memory[count], 64, MemorySegment.ofArray(sums));
    for (float sum : sums) {
      if (sum != sums[0]) {
        throw new AssertionError("the elements differ: " + sum + " and " + sums[0]);
      }
    }
    return sums[0];
  }
}
