package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopGrid;
import dev.adjoint.cpu.loop.LoopLaunch;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.LoopInterpreter;
import dev.adjoint.kernel.ScalarOp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated code against an interpreter, on random kernels, sizes and layouts: all bits must agree. */
class LoopCodeTest {
  private static final int KERNELS = 400;
  private static final int[] SIZES = {
    0, 1, 6, 13, 15, 16, 17, 31, 32, 33, 63, 64, 65, 207, 702, 1023, 1024, 1025, 4098
  };

  @ParameterizedTest
  @EnumSource(names = {"MACHINE", "SCALAR"})
  void randomKernelsHaveTheBitsOfTheInterpreter(TieredCode.Tier tier) {
    try (Workers workers = new Workers(2)) {
      for (int seed = 0; seed < KERNELS; seed++) {
        RandomLoop loop = new RandomLoop(seed);
        assertEquals(
            "",
            difference(loop, seed, new TieredCode(loop.kernel, tier), workers),
            "kernel of seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void narrowVectorsHaveTheSameBits(int lanes) {
    assumeTrue(VectorUnit.isUsable() && VectorUnit.lanes() >= lanes);
    int compared = 0;
    try (Workers workers = new Workers(1)) {
      for (int seed = 0; seed < KERNELS; seed++) {
        RandomLoop loop = new RandomLoop(seed);
        LoopShape shape = new LoopShape(loop.kernel);
        if (shape.isScalarOnly() || !VectorTypes.fits(shape, lanes)) {
          continue;
        }
        TieredCode code = new TieredCode(loop.kernel, TieredCode.Tier.SCALAR);
        code.use(BytecodeCompiler.vector(shape, new VectorTypes(lanes)));
        assertEquals("", difference(loop, seed, code, workers), "kernel of seed " + seed);
        compared++;
      }
    }
    assertTrue(compared > KERNELS / 10);
  }

  private static void launch(
      TieredCode code, Workers workers, RandomLoop loop, MemorySegment[] memory) {
    if (!LoopGrid.of(code.shape(), loop.geometry).isEmpty()) {
      new LoopLaunch(code, workers, loop.geometry).run(loop.addresses(memory), loop.scalars);
    }
  }

  /** Runs a random kernel; returns how it differs from the interpreter. */
  static String difference(RandomLoop loop, long seed, TieredCode code, Workers workers) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment[] expected = loop.memory(seed, arena);
      MemorySegment[] actual = loop.memory(seed, arena);
      LoopInterpreter.run(loop.kernel, loop.geometry, expected, loop.starts, loop.scalars);
      launch(code, workers, loop, actual);
      return loop.difference(expected, actual);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MACHINE", "SCALAR"})
  void sizesThatBreakTails(TieredCode.Tier tier) {
    sizes((kernel, geometry) -> check(kernel, geometry, tier));
  }

  /** Kernels over sizes that are, or are just not, those of vectors and blocks. */
  static void sizes(BiConsumer<Kernel.Loop, Geometry> check) {
    for (int n : SIZES) {
      check.accept(LoopKernels.chain(1), geometry(new int[] {n}, one(), one(), one()));
      long[] rows = {n, 1};
      check.accept(LoopKernels.chain(2), geometry(new int[] {3, n}, rows, rows, rows));
      check.accept(LoopKernels.row(), geometry(new int[] {3, n}, rows, rows));
      for (ReduceOp op : ReduceOp.values()) {
        check.accept(
            LoopKernels.reduce(op, DType.F32, true),
            geometry(new int[] {2, n}, rows, new long[] {1, 0}));
        check.accept(
            LoopKernels.reduce(op, DType.I64, true),
            geometry(new int[] {2, n}, rows, new long[] {1, 0}));
        long[] columns = {1, n};
        check.accept(
            LoopKernels.reduce(op, DType.F64, false),
            geometry(new int[] {n, 3}, columns, new long[] {1, 0}));
        check.accept(
            LoopKernels.reduce(op, DType.I32, false),
            geometry(new int[] {n, 0}, columns, new long[] {1, 0}));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MACHINE", "SCALAR"})
  void everyOperationOnEveryType(TieredCode.Tier tier) {
    operations((kernel, geometry) -> check(kernel, geometry, tier));
  }

  /** A kernel for each operation and type, over 333 elements. */
  static void operations(BiConsumer<Kernel.Loop, Geometry> check) {
    Geometry unary = geometry(new int[] {333}, one(), one());
    Geometry binary = geometry(new int[] {333}, one(), one(), one());
    for (DType type : List.of(DType.F32, DType.F64, DType.I32, DType.I64)) {
      for (ScalarOp op : List.of(ScalarOp.NEG, ScalarOp.ABS)) {
        check.accept(LoopKernels.one(op, type, type), unary);
      }
      for (ScalarOp op :
          List.of(
              ScalarOp.ADD,
              ScalarOp.SUB,
              ScalarOp.MUL,
              ScalarOp.DIV,
              ScalarOp.REM,
              ScalarOp.MIN,
              ScalarOp.MAX)) {
        check.accept(LoopKernels.one(op, type, type, type), binary);
      }
      for (ScalarOp op : ScalarOp.values()) {
        if (op.isComparison()) {
          check.accept(LoopKernels.one(op, DType.BOOL, type, type), binary);
        }
      }
      for (DType to : List.of(DType.F32, DType.F64, DType.I32, DType.I64, DType.BOOL)) {
        check.accept(LoopKernels.one(ScalarOp.CAST, to, type), unary);
        check.accept(LoopKernels.one(ScalarOp.CAST, type, DType.BOOL), unary);
      }
      Geometry ternary = geometry(new int[] {333}, one(), one(), one(), one());
      check.accept(LoopKernels.one(ScalarOp.SELECT, type, DType.BOOL, type, type), ternary);
      check.accept(LoopKernels.one(ScalarOp.SELECT_LIKELY, type, DType.BOOL, type, type), ternary);
      if (type.isFloat()) {
        check.accept(LoopKernels.one(ScalarOp.SQRT, type, type), unary);
        check.accept(LoopKernels.one(ScalarOp.FMA, type, type, type, type), ternary);
      } else {
        for (ScalarOp op :
            List.of(
                ScalarOp.AND,
                ScalarOp.OR,
                ScalarOp.XOR,
                ScalarOp.SHL,
                ScalarOp.SHR,
                ScalarOp.USHR)) {
          check.accept(LoopKernels.one(op, type, type, type), binary);
        }
        check.accept(LoopKernels.one(ScalarOp.NOT, type, type), unary);
      }
    }
    for (ScalarOp op :
        List.of(
            ScalarOp.AND,
            ScalarOp.OR,
            ScalarOp.XOR,
            ScalarOp.EQ,
            ScalarOp.NE,
            ScalarOp.LT,
            ScalarOp.GE)) {
      check.accept(LoopKernels.one(op, DType.BOOL, DType.BOOL, DType.BOOL), binary);
    }
    check.accept(LoopKernels.one(ScalarOp.MULHI, DType.I32, DType.I32, DType.I32), binary);
    check.accept(LoopKernels.philox(), unary);
    check.accept(LoopKernels.one(ScalarOp.BITCAST, DType.I32, DType.F32), unary);
    check.accept(LoopKernels.one(ScalarOp.BITCAST, DType.F64, DType.I64), unary);
  }

  @ParameterizedTest
  @EnumSource(names = {"MACHINE", "SCALAR"})
  void aMapMayWriteToWhatItReadsAtTheSameIndex(TieredCode.Tier tier) {
    Kernel.Loop kernel = LoopKernels.chain(1);
    Geometry geometry = geometry(new int[] {1003}, one(), one(), one());
    RandomLoop loop = new RandomLoop(kernel, geometry);
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(2)) {
      MemorySegment[] expected = loop.memory(1, arena);
      MemorySegment[] actual = loop.memory(1, arena);
      expected[2] = expected[0];
      actual[2] = actual[0];
      LoopInterpreter.run(kernel, geometry, expected, loop.starts, loop.scalars);
      TieredCode code = new TieredCode(kernel, tier);
      launch(code, workers, loop, actual);
      assertEquals("", loop.difference(expected, actual));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void theNumberOfThreadsDoesNotMatter(int threads) {
    long[] rows = {702, 1};
    try (Workers workers = new Workers(threads)) {
      check(
          LoopKernels.chain(1),
          geometry(new int[] {70_001}, one(), one(), one()),
          TieredCode.Tier.MACHINE,
          workers);
      check(
          LoopKernels.row(),
          geometry(new int[] {207, 702}, rows, rows),
          TieredCode.Tier.MACHINE,
          workers);
      long[] columns = {1, 702};
      Kernel.Loop sum = LoopKernels.reduce(ReduceOp.SUM, DType.F32, false);
      check(
          sum,
          geometry(new int[] {702, 207}, columns, new long[] {1, 0}),
          TieredCode.Tier.MACHINE,
          workers);
      // Outer axes that do not merge, cut into tasks in their middle.
      long[] s = {13 * 64 * 41, 64 * 41, 64, 1};
      Geometry outer =
          geometry(new int[] {3, 13, 40, 63}, s, s, new long[] {13 * 40 * 64, 40 * 64, 64, 1});
      check(LoopKernels.chain(4), outer, TieredCode.Tier.MACHINE, workers);
    }
  }

  @Test
  void transposedReads() {
    Geometry flipped =
        new Geometry(new int[] {3, 33}, new long[] {32, 0}, new long[][] {{33, -1}, {33, 1}});
    for (TieredCode.Tier tier :
        List.of(TieredCode.Tier.MACHINE, TieredCode.Tier.SCALAR, TieredCode.Tier.MACHINE)) {
      check(
          LoopKernels.copy(DType.F32),
          geometry(new int[] {65, 519}, new long[] {1, 65}, new long[] {519, 1}),
          tier);
      check(
          LoopKernels.copy(DType.U8),
          geometry(new int[] {65, 519}, new long[] {1, 65}, new long[] {519, 1}),
          tier);
      check(LoopKernels.copy(DType.F64), flipped, tier);
    }
  }

  @Test
  void aGeometryThatDoesNotFitIsAnError() {
    TieredCode code = new TieredCode(LoopKernels.chain(1), TieredCode.Tier.SCALAR);
    Geometry strided = geometry(new int[] {8}, new long[] {2}, one(), one());
    assertThrows(IllegalArgumentException.class, () -> LoopGrid.of(code.shape(), strided));
    Geometry few = geometry(new int[] {8}, one(), one());
    assertThrows(IllegalArgumentException.class, () -> LoopGrid.of(code.shape(), few));
  }

  @Test
  void aKernelWithTooManyAccessesIsAnError() {
    List<Access> accesses =
        Collections.nCopies(
            LoopShape.MAX_ACCESSES + 1, LoopKernels.write(DType.F32, LoopKernels.STEP));
    Kernel.Loop kernel = new Kernel.Loop(1, 0, false, accesses, List.of(), List.of());
    assertThrows(IllegalStateException.class, () -> new TieredCode(kernel, TieredCode.Tier.SCALAR));
  }

  private static long[] one() {
    return new long[] {1};
  }

  private static Geometry geometry(int[] sizes, long[]... strides) {
    return LoopKernels.geometry(sizes, strides);
  }

  private static void check(Kernel.Loop kernel, Geometry geometry, TieredCode.Tier tier) {
    try (Workers workers = new Workers(1)) {
      check(kernel, geometry, tier, workers);
    }
  }

  private static void check(
      Kernel.Loop kernel, Geometry geometry, TieredCode.Tier tier, Workers workers) {
    RandomLoop loop = new RandomLoop(kernel, geometry);
    assertEquals(
        "",
        difference(loop, 7, new TieredCode(kernel, tier), workers),
        kernel + " " + geometry.points());
  }
}
