package dev.adjoint.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.plain.LoopKernels;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Results that go past the caches: when they do, and that they are the same. */
class StreamingTest {
  private static final long CACHE = 1 << 20;
  private static final int ROWS = 3;
  private static final int STRIDE = 208;

  private static Streaming streaming(Kernel.Loop kernel, Geometry geometry, long cache) {
    return Streaming.of(kernel, LoopGrid.of(new LoopShape(kernel), geometry), geometry, cache);
  }

  private static boolean suits(Kernel.Loop kernel, Geometry geometry, long cache) {
    return streaming(kernel, geometry, cache).isLarge();
  }

  private static Geometry chain(int rows, int columns, int stride) {
    long[] steps = {stride, 1};
    return LoopKernels.geometry(new int[] {rows, columns}, steps, steps, steps);
  }

  @Test
  void onlyResultsLargerThanTheCache() {
    Kernel.Loop kernel = LoopKernels.chain(2);
    assertFalse(suits(kernel, chain(1024, 256, 256), CACHE));
    assertTrue(suits(kernel, chain(1025, 256, 256), CACHE));
    assertFalse(suits(kernel, chain(1025, 256, 256), 0), "no cache is known");
  }

  @Test
  void onlyRowsThatBeginAtLines() {
    Kernel.Loop kernel = LoopKernels.chain(2);
    assertTrue(suits(kernel, chain(2048, 255, 256), CACHE));
    assertFalse(suits(kernel, chain(2048, 255, 264), CACHE));
  }

  @Test
  void noResultsOfFolds() {
    long[] rows = {1024, 1};
    assertFalse(
        suits(
            LoopKernels.reduce(ReduceOp.SUM, DType.F32, true),
            LoopKernels.geometry(new int[] {1 << 20, 4}, rows, new long[] {1, 0}),
            CACHE));
  }

  @Test
  void rowsOfWhichElementsAreFolded() {
    Kernel.Loop softmax = LoopKernels.softmax();
    long[] rows = {1024, 1};
    assertTrue(suits(softmax, LoopKernels.geometry(new int[] {257, 1024}, rows, rows), CACHE));
    assertFalse(suits(softmax, LoopKernels.geometry(new int[] {256, 1024}, rows, rows), CACHE));
  }

  @Test
  void noElementsThatLieApart() {
    var body = new BodyBuilder();
    int x = body.add(new Instr.Load(0, DType.F32));
    var copy = new Stage.Map(body.build(), List.of(new Stage.Store(1, x)));
    var to = new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS);
    for (Access.Lane lane : List.of(Access.Lane.CONTIGUOUS, Access.Lane.STRIDED)) {
      var from = new Access(Access.Kind.READ, DType.F32, lane);
      var kernel = new Kernel.Loop(1, 0, false, List.of(from, to), List.of(), List.of(copy));
      long step = lane == Access.Lane.STRIDED ? 2 : 1;
      var geometry = LoopKernels.geometry(new int[] {1 << 20}, new long[] {step}, new long[] {1});
      assertEquals(lane == Access.Lane.CONTIGUOUS, suits(kernel, geometry, CACHE));
    }
  }

  @Test
  void neitherInPlaceNorAcrossLines() {
    Streaming streaming = streaming(LoopKernels.chain(2), chain(2, 2, 16), CACHE);
    assertTrue(streaming.fits(new long[] {4, 8, 128}));
    assertFalse(streaming.fits(new long[] {4, 8, 96}));
    assertFalse(streaming.fits(new long[] {4, 128, 128}));
  }

  @Test
  void memoryThatNoCacheHas() {
    var pool = new CpuAllocator(() -> 64 << 20);
    Streaming streaming = streaming(LoopKernels.chain(2), chain(1024, 256, 256), CACHE);
    CpuBuffer first = pool.allocate(CACHE);
    assertFalse(streaming.isCold(new Buffer[] {first, first, first}), "memory of a new pool");
    pool.free(first);
    CpuBuffer[] others = {pool.allocate(CACHE), pool.allocate(CACHE), pool.allocate(CACHE)};
    pool.free(others[0]);
    CpuBuffer again = pool.allocate(CACHE);
    assertEquals(first.address(), again.address());
    assertTrue(streaming.isCold(new Buffer[] {others[1], others[2], again}));
    assertFalse(streaming.isCold(new Buffer[] {others[1], others[2], again}), "it was written");
    Streaming small = streaming(LoopKernels.chain(2), chain(1023, 256, 256), CACHE);
    assertFalse(small.isCold(new Buffer[] {others[1], others[2], pool.allocate(CACHE)}));
  }

  @Test
  void theResultsAreTheSame() {
    sameResults(LoopKernels.chain(2), StreamingTest::chain);
  }

  @Test
  void theResultsOfRowsAreTheSame() {
    sameResults(
        LoopKernels.softmax(),
        (rows, columns, stride) -> {
          long[] steps = {stride, 1};
          return LoopKernels.geometry(new int[] {rows, columns}, steps, steps);
        });
  }

  private interface Rows {
    Geometry of(int rows, int columns, int stride);
  }

  private static void sameResults(Kernel.Loop kernel, Rows rows) {
    assumeTrue(MachineLoop.isPossible(), "no machine code for loops in this process");
    var shape = new LoopShape(kernel);
    MachineLoop code = MachineLoop.of(shape);
    for (int columns = 1; columns <= STRIDE; columns++) {
      Geometry geometry = rows.of(ROWS, columns, STRIDE);
      float[] expected = run(shape, code, geometry);
      assertArrayEquals(expected, run(shape, code.streaming(), geometry), columns + " columns");
      assertEquals(0, expected[columns < STRIDE ? columns : ROWS * STRIDE], "nothing beyond a row");
      assertFalse(Arrays.equals(new float[expected.length], expected), "no result");
    }
  }

  private static float[] run(LoopShape shape, LoopCode code, Geometry geometry) {
    Random random = new Random(geometry.sizes()[1]);
    int results = shape.kernel().accesses().size() - 1;
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(1)) {
      var addresses = new long[results + 1];
      MemorySegment result = null;
      for (int a = 0; a < addresses.length; a++) {
        result = arena.allocate((ROWS * STRIDE + 1L) * Float.BYTES, Streaming.ALIGNMENT);
        addresses[a] = result.address();
        for (int i = 0; a < results && i < ROWS * STRIDE; i++) {
          result.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
        }
      }
      var loop =
          new CompiledLoop(
              shape,
              code,
              _ -> {
                throw new AssertionError("no other form is wanted");
              });
      new LoopLaunch(loop, workers, geometry).run(addresses, new long[0]);
      return result.toArray(ValueLayout.JAVA_FLOAT);
    }
  }
}
