package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.DType;
import dev.adjoint.catalog.NarrowFloats;
import dev.adjoint.cpu.loop.CompiledLoop;
import dev.adjoint.cpu.loop.LoopGrid;
import dev.adjoint.cpu.loop.LoopLaunch;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.cpu.loop.MachineLoop;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Generated code against an interpreter, on random kernels, sizes and layouts: all bits must agree. */
class LoopCodeTest {
  private static final int KERNELS = Integer.getInteger("adjoint.test.kernels", 5000);
  private static final int PLAIN_KERNELS = 400;
  private static final int[] SIZES = {
    0, 1, 6, 13, 15, 16, 17, 31, 32, 33, 63, 64, 65, 207, 702, 1023, 1024, 1025, 4098
  };

  /** What a kernel is compiled to. */
  enum Form {
    MACHINE,
    PLAIN;

    CompiledLoop compile(Kernel.Loop kernel) {
      var shape = new LoopShape(kernel);
      return switch (this) {
        case MACHINE -> {
          assumeTrue(MachineLoop.isPossible(), "no machine code for loops in this process");
          yield LoopCompiler.machine(shape);
        }
        case PLAIN -> LoopCompiler.plain(shape);
      };
    }

    boolean has(Kernel.Loop kernel) {
      return this == PLAIN || missing(kernel).isEmpty();
    }
  }

  private static String missing(Kernel.Loop kernel) {
    assumeTrue(MachineLoop.isPossible(), "no machine code for loops in this process");
    return MachineLoop.missing(new LoopShape(kernel));
  }

  @ParameterizedTest
  @EnumSource
  void randomKernelsHaveTheBitsOfTheInterpreter(Form form) {
    int kernels = form == Form.MACHINE ? KERNELS : PLAIN_KERNELS;
    int compared = 0;
    try (Workers workers = new Workers(2)) {
      for (int seed = 0; seed < kernels; seed++) {
        RandomLoop loop = new RandomLoop(seed);
        if (form.has(loop.kernel)) {
          CompiledLoop code = form.compile(loop.kernel);
          assertEquals("", difference(loop, seed, code, workers), "kernel of seed " + seed);
          compared++;
        }
      }
    }
    assertTrue(compared > 0.9 * kernels, compared + " compared");
  }

  @Test
  void remaindersOfFloatsAreAllThatMachineCodeLacks() {
    Set<String> missing = new TreeSet<>();
    for (DType type : List.of(DType.F32, DType.F64, DType.I32, DType.I64, DType.BOOL)) {
      for (ScalarOp op : ScalarOp.values()) {
        DType first = op.isSelect() ? DType.BOOL : type;
        missing.add(missing(LoopKernels.one(op, type, first, type, type)));
      }
    }
    assertEquals(Set.of("", "REM of f32", "REM of f64"), missing);
  }

  private static void launch(
      CompiledLoop code, Workers workers, RandomLoop loop, MemorySegment[] memory) {
    if (!LoopGrid.of(code.shape(), loop.geometry).isEmpty()) {
      new LoopLaunch(code, workers, loop.geometry).run(loop.addresses(memory), loop.scalars);
    }
  }

  /** Runs a random kernel; returns how it differs from the interpreter. */
  static String difference(RandomLoop loop, long seed, CompiledLoop code, Workers workers) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment[] expected = loop.memory(seed, arena);
      MemorySegment[] actual = loop.memory(seed, arena);
      LoopInterpreter.run(loop.kernel, loop.geometry, expected, loop.starts, loop.scalars);
      launch(code, workers, loop, actual);
      return loop.difference(expected, actual);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sizesThatBreakTails(Form form) {
    sizes((kernel, geometry) -> check(kernel, geometry, form));
  }

  /** Kernels over sizes that are, or are just not, those of vectors and blocks. */
  static void sizes(BiConsumer<Kernel.Loop, Geometry> check) {
    for (int n : SIZES) {
      check.accept(LoopKernels.chain(1), geometry(new int[] {n}, one(), one(), one()));
      long[] rows = {n, 1};
      check.accept(LoopKernels.chain(2), geometry(new int[] {3, n}, rows, rows, rows));
      check.accept(LoopKernels.row(), geometry(new int[] {3, n}, rows, rows));
      check.accept(LoopKernels.softmax(), geometry(new int[] {3, n}, rows, rows));
      for (DType type : List.of(DType.F16, DType.BF16)) {
        check.accept(
            LoopKernels.narrow(type), geometry(new int[] {n}, one(), new long[] {2}, one()));
      }
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
  @EnumSource
  void largestAndSmallestValues(Form form) {
    ExtremeRows.each(
        (kernel, geometry, elements) -> {
          RandomLoop loop = new RandomLoop(kernel, geometry);
          try (Arena arena = Arena.ofShared()) {
            MemorySegment[] expected = loop.memory(7, arena, elements);
            MemorySegment[] actual = loop.memory(7, arena, elements);
            LoopInterpreter.run(kernel, geometry, expected, loop.starts, loop.scalars);
            launch(form.compile(kernel), Workers.ALONE, loop, actual);
            assertEquals("", loop.difference(expected, actual), kernel + " " + geometry.points());
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void everyOperationOnEveryType(Form form) {
    operations((kernel, geometry) -> check(kernel, geometry, form));
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
    check.accept(LoopKernels.one(ScalarOp.WIDEN, DType.F32, DType.I32), unary);
    check.accept(LoopKernels.one(ScalarOp.NARROW, DType.I32, DType.F32), unary);
  }

  @ParameterizedTest
  @EnumSource
  void conversionsOfNarrowFloats(Form form) {
    conversions(
        (kernel, elements) -> {
          Geometry geometry = geometry(new int[] {elements.length}, one(), one(), one());
          RandomLoop loop = new RandomLoop(kernel, geometry);
          try (Arena arena = Arena.ofShared();
              Workers workers = new Workers(2)) {
            MemorySegment[] expected = loop.memory(1, arena);
            fill(expected[0], kernel.accesses().getFirst().dtype(), elements);
            MemorySegment[] actual = loop.memory(1, arena);
            actual[0].copyFrom(expected[0]);
            LoopInterpreter.run(kernel, geometry, expected, loop.starts, loop.scalars);
            launch(form.compile(kernel), workers, loop, actual);
            assertEquals("", loop.difference(expected, actual), kernel.toString());
          }
        });
  }

  private static void fill(MemorySegment memory, DType type, int[] elements) {
    for (int i = 0; i < elements.length; i++) {
      LoopInterpreter.set(memory, type, (long) i * type.bytes(), elements[i]);
    }
  }

  /** Kernels that convert from and to f16 and bf16, and the bits of elements: all patterns, and what is hard to round. */
  static void conversions(BiConsumer<Kernel.Loop, int[]> check) {
    for (DType type : List.of(DType.F16, DType.BF16)) {
      short[] patterns = NarrowFloats.patterns();
      int[] halves = new int[patterns.length];
      for (int i = 0; i < halves.length; i++) {
        halves[i] = patterns[i];
      }
      check.accept(LoopKernels.widened(type), halves);
      float[] hard = NarrowFloats.hard(type);
      int[] floats = new int[hard.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = Float.floatToRawIntBits(hard[i]);
      }
      check.accept(LoopKernels.rounded(type), floats);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMapMayWriteToWhatItReadsAtTheSameIndex(Form form) {
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
      CompiledLoop code = form.compile(kernel);
      launch(code, workers, loop, actual);
      assertEquals("", loop.difference(expected, actual));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theNumberOfThreadsDoesNotMatter(Form form) {
    for (int threads : new int[] {1, 2, 5}) {
      check(form, threads);
    }
  }

  private static void check(Form form, int threads) {
    long[] rows = {702, 1};
    try (Workers workers = new Workers(threads)) {
      check(LoopKernels.chain(1), geometry(new int[] {70_001}, one(), one(), one()), form, workers);
      check(LoopKernels.row(), geometry(new int[] {207, 702}, rows, rows), form, workers);
      long[] columns = {1, 702};
      Kernel.Loop sum = LoopKernels.reduce(ReduceOp.SUM, DType.F32, false);
      check(sum, geometry(new int[] {702, 207}, columns, new long[] {1, 0}), form, workers);
      // Outer axes that do not merge, cut into tasks in their middle.
      long[] s = {13 * 64 * 41, 64 * 41, 64, 1};
      Geometry outer =
          geometry(new int[] {3, 13, 40, 63}, s, s, new long[] {13 * 40 * 64, 40 * 64, 64, 1});
      check(LoopKernels.chain(4), outer, form, workers);
    }
  }

  @ParameterizedTest
  @EnumSource
  void transposedReads(Form form) {
    Geometry flipped =
        new Geometry(new int[] {3, 33}, new long[] {32, 0}, new long[][] {{33, -1}, {33, 1}});
    Geometry transposed = geometry(new int[] {65, 519}, new long[] {1, 65}, new long[] {519, 1});
    check(LoopKernels.copy(DType.F32), transposed, form);
    check(LoopKernels.copy(DType.U8), transposed, form);
    check(LoopKernels.copy(DType.F64), flipped, form);
  }

  @Test
  void aGeometryThatDoesNotFitIsAnError() {
    CompiledLoop code = LoopCompiler.compile(LoopKernels.chain(1));
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
    assertThrows(IllegalStateException.class, () -> LoopCompiler.compile(kernel));
  }

  private static long[] one() {
    return new long[] {1};
  }

  private static Geometry geometry(int[] sizes, long[]... strides) {
    return LoopKernels.geometry(sizes, strides);
  }

  private static void check(Kernel.Loop kernel, Geometry geometry, Form form) {
    try (Workers workers = new Workers(1)) {
      check(kernel, geometry, form, workers);
    }
  }

  private static void check(Kernel.Loop kernel, Geometry geometry, Form form, Workers workers) {
    if (!form.has(kernel)) {
      return;
    }
    RandomLoop loop = new RandomLoop(kernel, geometry);
    assertEquals(
        "", difference(loop, 7, form.compile(kernel), workers), kernel + " " + geometry.points());
  }
}
