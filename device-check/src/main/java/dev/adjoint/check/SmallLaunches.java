package dev.adjoint.check;

import dev.adjoint.DType;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Small kernels as a plan has them: each copies what the one before has written. */
final class SmallLaunches implements AutoCloseable {
  /** How many run one after the other. */
  static final int COUNT = 32;

  private static final int LENGTH = 1000;
  private static final String GRAPHS = "adjoint.cuda.graphs";

  private static final Kernel COPY =
      new Kernel.Loop(
          1,
          0,
          false,
          List.of(
              new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
              new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS)),
          List.of(),
          List.of(
              new Stage.Map(
                  List.of(new Instr.Load(0, DType.F32)), List.of(new Stage.Store(1, 0)))));

  private final Backend backend;
  private final Buffer[][] memory = new Buffer[2][COUNT + 1];
  private final long[][] starts = new long[COUNT][2];
  private final long[][] scalars = new long[COUNT][0];
  private int runs;

  /** Takes the memory of a device that is needed. */
  SmallLaunches(Backend backend) {
    this.backend = backend;
    for (Buffer[] chain : memory) {
      Arrays.setAll(chain, i -> backend.allocate((long) Float.BYTES * LENGTH));
    }
  }

  /** The launches as a plan would run them, with or without graphs where the device has them. */
  Sequence sequence(boolean graphs) {
    var geometry = new Geometry(new int[] {LENGTH}, new long[2], new long[][] {{1}, {1}});
    Program copy = backend.compile(COPY);
    List<Program.Launch> launches =
        Stream.generate(() -> copy.prepare(geometry)).limit(COUNT).toList();
    String before = System.getProperty(GRAPHS);
    System.setProperty(GRAPHS, graphs ? "on" : "off");
    try {
      return backend.sequence(launches, launches.size());
    } finally {
      if (before == null) {
        System.clearProperty(GRAPHS);
      } else {
        System.setProperty(GRAPHS, before);
      }
    }
  }

  /** Runs a sequence on the same memory each time. */
  void run(Sequence sequence) {
    sequence.run(buffers(memory[0]), starts, scalars);
  }

  /** Runs a sequence on other memory than the last time. */
  void runElsewhere(Sequence sequence) {
    sequence.run(buffers(memory[runs++ % 2]), starts, scalars);
  }

  private static Buffer[][] buffers(Buffer[] chain) {
    Buffer[][] buffers = new Buffer[COUNT][];
    for (int i = 0; i < COUNT; i++) {
      buffers[i] = new Buffer[] {chain[i], chain[i + 1]};
    }
    return buffers;
  }

  /** Writes what the first launch of a chain reads. */
  void write(int chain, float[] values) {
    backend.write(memory[chain][0], 0, MemorySegment.ofArray(values));
  }

  /** What the last launch of a chain wrote. */
  float[] read(int chain) {
    float[] values = new float[LENGTH];
    backend.read(memory[chain][COUNT], 0, MemorySegment.ofArray(values));
    return values;
  }

  @Override
  public void close() {
    for (Buffer[] chain : memory) {
      for (Buffer buffer : chain) {
        backend.free(buffer);
      }
    }
  }
}
