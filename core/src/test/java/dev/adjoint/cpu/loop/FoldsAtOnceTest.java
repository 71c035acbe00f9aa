package dev.adjoint.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.plain.LoopCompiler;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Folds that are written out as folds of one kernel, beside the same ones one by one. */
class FoldsAtOnceTest {
  private static final int CHANNELS = 5;
  private static final int IMAGES = 2;
  private static final int HEIGHT = 9;
  private static final CpuAllocator MEMORY = new CpuAllocator(() -> 1L << 30);

  @BeforeAll
  static void machineCode() {
    assumeTrue(MachineLoop.isPossible(), "no machine code for loops in this process");
  }

  /**
   * Sums over images, rows and columns of an image at a place of a window, times a gradient, and the largest of these products.
   * In rows before a bound that is a scalar, elements count as 0. The results are multiplied with a number for each place.
   */
  private static Kernel.Loop windows(Access.Lane lane) {
    var body = new BodyBuilder();
    int row = body.add(new Instr.Index(2));
    int there = body.apply(ScalarOp.GE, row, body.add(new Instr.Scalar(0, DType.I32)));
    int x = body.load(0, -1, there, DType.F32);
    int product = body.apply(ScalarOp.MUL, x, body.add(new Instr.Load(1, DType.F32)));
    var finish = new BodyBuilder();
    int scale = finish.add(new Instr.Load(3, DType.F32));
    int sum = finish.apply(ScalarOp.MUL, finish.add(new Instr.Reduced(0, DType.F32)), scale);
    int largest = finish.add(new Instr.Reduced(1, DType.F32));
    return new Kernel.Loop(
        3,
        3,
        true,
        List.of(
            new Access(Access.Kind.READ, DType.F32, lane),
            new Access(Access.Kind.READ, DType.F32, lane),
            new Access(Access.Kind.INDEX, DType.I32, Access.Lane.BROADCAST),
            new Access(Access.Kind.READ, DType.F32, Access.Lane.BROADCAST),
            new Access(Access.Kind.WRITE, DType.F32, Access.Lane.BROADCAST),
            new Access(Access.Kind.WRITE, DType.F32, Access.Lane.BROADCAST)),
        List.of(DType.I32),
        List.of(
            new Stage.Reduce(
                body.build(),
                List.of(
                    new Stage.Fold(ReduceOp.SUM, product, DType.F32),
                    new Stage.Fold(ReduceOp.MAX, product, DType.F32))),
            new Stage.Finish(
                finish.build(), List.of(new Stage.Store(4, sum), new Stage.Store(5, largest)))));
  }

  private static Geometry space(int high, int wide, int width, int step) {
    long row = (long) (width + wide) * step;
    long image = (HEIGHT + high) * row;
    long gradientRow = (long) width * step;
    long gradient = HEIGHT * gradientRow;
    return new Geometry(
        new int[] {CHANNELS, high, wide, IMAGES, HEIGHT, width},
        new long[] {0, 0, 0, 0, 0, 0},
        new long[][] {
          {image, row, step, CHANNELS * image, row, step},
          {gradient, 0, 0, CHANNELS * gradient, gradientRow, step},
          {0, 1, 0, 0, 1, 0},
          {0, wide, 1, 0, 0, 0},
          {(long) high * wide, wide, 1, 0, 0, 0},
          {(long) high * wide, wide, 1, 0, 0, 0}
        });
  }

  private static float[] run(Program.Launch launch, Geometry space) {
    var random = new Random(7);
    Buffer[] buffers = new Buffer[space.strides().length];
    for (int a = 0; a < buffers.length; a++) {
      long floats = 1;
      for (int axis = 0; axis < space.sizes().length; axis++) {
        floats += space.strides()[a][axis] * (space.sizes()[axis] - 1);
      }
      CpuBuffer buffer = MEMORY.allocate(Math.max(1, floats) * Float.BYTES);
      for (long i = 0; i < floats; i++) {
        float x = a < 4 ? (float) random.nextGaussian() : Float.NaN;
        buffer.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
      }
      buffers[a] = buffer;
    }
    launch.run(buffers, new long[buffers.length], new long[] {2});
    float[] sums = floats((CpuBuffer) buffers[4], space);
    float[] largest = floats((CpuBuffer) buffers[5], space);
    float[] all = Arrays.copyOf(sums, 2 * sums.length);
    System.arraycopy(largest, 0, all, sums.length, largest.length);
    return all;
  }

  private static float[] floats(CpuBuffer buffer, Geometry space) {
    int count = space.sizes()[0] * space.sizes()[1] * space.sizes()[2];
    return buffer.segment().asSlice(0, (long) count * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
  }

  private static void sameBits(Access.Lane lane, int high, int wide, int width, int threads) {
    Geometry space = space(high, wide, width, lane == Access.Lane.STRIDED ? 2 : 1);
    CompiledLoop loop = LoopCompiler.compile(windows(lane));
    try (var workers = new Workers(threads)) {
      FoldsAtOnce atOnce = FoldsAtOnce.of(loop, workers, space);
      assertNotNull(atOnce, high + " x " + wide + " x " + width);
      float[] results = run(atOnce, space);
      assertArrayEquals(
          run(new LoopLaunch(loop, workers, space), space),
          results,
          0,
          high + " x " + wide + " x " + width);
      for (float result : results) {
        assertFalse(Float.isNaN(result), "a result was not written");
      }
    }
  }

  @Test
  void sameBitsAsOneByOne() {
    for (int width : new int[] {1, 2, 7, 15, 16, 17, 31, 32, 33, 56, 64, 100, 256}) {
      sameBits(Access.Lane.CONTIGUOUS, 2, 2, width, 1);
      sameBits(Access.Lane.CONTIGUOUS, 1, 5, width, 2);
      sameBits(Access.Lane.CONTIGUOUS, 4, 3, width, 1);
      sameBits(Access.Lane.STRIDED, 2, 2, width, 1);
    }
  }

  @Test
  void onlyWhereSomethingIsReadByAllOfThem() {
    Geometry space = space(2, 2, 56, 1);
    space.strides()[1][2] = 1;
    CompiledLoop loop = LoopCompiler.compile(windows(Access.Lane.CONTIGUOUS));
    assertNull(FoldsAtOnce.of(loop, Workers.ALONE, space));
  }

  @Test
  void onlyShortRowsAndFewFolds() {
    CompiledLoop loop = LoopCompiler.compile(windows(Access.Lane.CONTIGUOUS));
    assertNull(FoldsAtOnce.of(loop, Workers.ALONE, space(2, 2, 257, 1)));
    assertNull(FoldsAtOnce.of(loop, Workers.ALONE, space(2, 6, 56, 1)));
    assertNull(FoldsAtOnce.of(loop, Workers.ALONE, space(2, 1, 0, 1)), "nothing is folded");
  }

  @Test
  void launchesOfOneKernelShareTheirCode() {
    CompiledLoop loop = LoopCompiler.compile(windows(Access.Lane.CONTIGUOUS));
    int[] compiled = new int[1];
    var program =
        new LoopProgram(
            new CompiledLoop(
                loop.shape(),
                loop.code(),
                kernel -> {
                  compiled[0]++;
                  return LoopCompiler.compile(kernel);
                }),
            Workers.ALONE);
    for (int width : new int[] {56, 28, 14}) {
      assertInstanceOf(FoldsAtOnce.class, program.prepare(space(2, 2, width, 1)));
    }
    assertEquals(1, compiled[0]);
  }
}
