package dev.adjoint.cpu.product;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Matrix products against a naive product in double precision and against the chain of operations that is promised. */
class GemmTest {
  private static final CpuAllocator MEMORY = new CpuAllocator(() -> 4L << 30);

  /** How an operand lies in memory. */
  enum Layout {
    ROWS,
    COLUMNS,
    STRIDED,
    /** The same column again and again, as after an expand; a single column has such a stride too. */
    REPEATED,
    /** Rows from the last to the first, as after a flip. */
    REVERSED,
    /** Rows so far apart that they fall into the same sets of a cache. */
    AWKWARD;

    long[] strides(int rows, int columns) {
      return switch (this) {
        case ROWS -> new long[] {columns, 1};
        case COLUMNS -> new long[] {1, rows};
        case STRIDED -> new long[] {2L * columns + 3, 2};
        case REPEATED -> new long[] {1, 0};
        case REVERSED -> new long[] {-columns, 1};
        case AWKWARD -> new long[] {(columns + 1023L) / 1024 * 1024, 1};
      };
    }
  }

  /** A matrix with numbers, in a buffer. */
  private record Filled(CpuBuffer buffer, long offset, long[] strides, double[][] values) {
    static Filled random(Random random, DType dtype, int rows, int columns, Layout layout) {
      long[] strides = layout.strides(rows, columns);
      long offset = random.nextInt(5) + Math.max(0, (rows - 1) * -strides[0]);
      long last =
          offset + Math.max(0, (rows - 1) * strides[0]) + Math.max(0, columns - 1) * strides[1];
      CpuBuffer buffer = MEMORY.allocate((last + 1) * dtype.bytes());
      double[][] values = new double[rows][columns];
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double x = strides[1] == 0 && j > 0 ? values[i][0] : random.nextGaussian();
          values[i][j] = dtype == DType.F32 ? (float) x : x;
          set(buffer.segment(), dtype, offset + i * strides[0] + j * strides[1], values[i][j]);
        }
      }
      return new Filled(buffer, offset, strides, values);
    }
  }

  private static void set(MemorySegment segment, DType dtype, long at, double x) {
    if (dtype == DType.F64) {
      segment.set(ValueLayout.JAVA_DOUBLE, 8 * at, x);
    } else {
      segment.set(ValueLayout.JAVA_FLOAT, 4 * at, (float) x);
    }
  }

  private static double get(MemorySegment segment, DType dtype, long at) {
    return dtype == DType.F64
        ? segment.get(ValueLayout.JAVA_DOUBLE, 8 * at)
        : segment.get(ValueLayout.JAVA_FLOAT, 4 * at);
  }

  /** One product of random numbers; the result has rows {@code n + 3} apart, and what lies between must stay. */
  private static double[] product(
      DType dtype,
      int m,
      int n,
      int k,
      Layout layoutA,
      Layout layoutB,
      Workers workers,
      long seed,
      boolean check) {
    return product(new Kernel.MatMul(dtype, null), m, n, k, layoutA, layoutB, workers, seed, check);
  }

  private static double[] product(
      Kernel.MatMul kernel,
      int m,
      int n,
      int k,
      Layout layoutA,
      Layout layoutB,
      Workers workers,
      long seed,
      boolean check) {
    DType dtype = kernel.dtype();
    var random = new Random(seed);
    Filled a = Filled.random(random, dtype, m, k, layoutA);
    Filled b = Filled.random(random, dtype, n, k, layoutB);
    CpuBuffer c = MEMORY.allocate((long) Math.max(1, m * (n + 3)) * dtype.bytes());
    for (int i = 0; i < m * (n + 3); i++) {
      set(c.segment(), dtype, i, -77);
    }
    var program = new MatMulProgram(kernel, workers);
    long[][] strides = {
      {a.strides[0], 0, a.strides[1]}, {0, b.strides[0], b.strides[1]}, {n + 3, 1, 0}
    };
    program
        .prepare(new Geometry(new int[] {m, n, k}, new long[] {a.offset, b.offset, 0}, strides))
        .run(new Buffer[] {a.buffer, b.buffer, c}, new long[3], new long[0]);
    double[] result = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n + 3; j++) {
        double x = get(c.segment(), dtype, (long) i * (n + 3) + j);
        if (j < n) {
          result[i * n + j] = x;
          if (check) {
            String where =
                m + "x" + n + "x" + k + " " + layoutA + " " + layoutB + " at " + i + "," + j;
            if (kernel.precision() == Precision.BF16 && Math.min(m, Math.min(n, k)) >= 32) {
              check(dtype, rounded(a.values[i]), rounded(b.values[j]), x, where);
            } else {
              check(dtype, a.values[i], b.values[j], x, where);
            }
          }
        } else {
          assertEquals(-77, x, "the gap between rows was overwritten");
        }
      }
    }
    MEMORY.free(a.buffer);
    MEMORY.free(b.buffer);
    MEMORY.free(c);
    return result;
  }

  private static double[] rounded(double[] values) {
    double[] rounded = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = DType.BF16.widen(DType.BF16.narrow((float) values[i]));
    }
    return rounded;
  }

  private static void check(DType dtype, double[] a, double[] b, double result, String where) {
    double sum = 0;
    double size = 0;
    float chain32 = 0;
    double chain64 = 0;
    for (int p = 0; p < a.length; p++) {
      sum += a[p] * b[p];
      size += Math.abs(a[p] * b[p]);
      chain32 = Math.fma((float) a[p], (float) b[p], chain32);
      chain64 = Math.fma(a[p], b[p], chain64);
    }
    double unit = dtype == DType.F64 ? 0x1p-53 : 0x1p-24;
    assertEquals(sum, result, (a.length + 1) * unit * size, where);
    assertEquals(
        dtype == DType.F64 ? chain64 : chain32, result, where + ": not the chain of multiply-adds");
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void smallSizes(DType dtype) {
    var random = new Random(1);
    try (var workers = new Workers(2)) {
      for (int trial = 0; trial < 300; trial++) {
        Layout a = Layout.values()[random.nextInt(6)];
        Layout b = Layout.values()[random.nextInt(6)];
        product(
            dtype,
            random.nextInt(71),
            random.nextInt(71),
            random.nextInt(71),
            a,
            b,
            workers,
            trial,
            true);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void largerSizes(DType dtype) {
    try (var workers = new Workers(2)) {
      int[][] sizes = {
        {1, 300, 700},
        {300, 1, 513},
        {257, 129, 255},
        {131, 517, 257},
        {33, 1025, 40},
        {700, 30, 2300}
      };
      for (int[] s : sizes) {
        for (Layout a : Layout.values()) {
          for (Layout b : Layout.values()) {
            product(dtype, s[0], s[1], s[2], a, b, workers, 5, true);
          }
        }
      }
    }
  }

  /** The chain is that of full precision; factors are rounded, and small products are not worth that. */
  @Test
  void bf16RoundsFactors() {
    assumeTrue(CpuFeatures.HERE.bf16(), "this processor has no dot products of bf16");
    var kernel = new Kernel.MatMul(DType.F32, Precision.BF16, null);
    var random = new Random(13);
    try (var workers = new Workers(2)) {
      for (int trial = 0; trial < 200; trial++) {
        Layout a = Layout.values()[random.nextInt(6)];
        Layout b = Layout.values()[random.nextInt(6)];
        int m = 25 + random.nextInt(90);
        int n = 25 + random.nextInt(90);
        product(kernel, m, n, 25 + random.nextInt(300), a, b, workers, trial, true);
      }
      for (Layout a : Layout.values()) {
        for (Layout b : Layout.values()) {
          product(kernel, 129, 65, 1255, a, b, workers, 5, true);
          product(kernel, 33, 1025, 40, a, b, workers, 5, true);
        }
      }
      product(kernel, 530, 2100, 37, Layout.ROWS, Layout.COLUMNS, workers, 6, true);
      product(kernel, 43, 140, 4301, Layout.COLUMNS, Layout.ROWS, workers, 6, true);
      product(kernel, 140, 43, 4301, Layout.REVERSED, Layout.STRIDED, workers, 6, true);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void singleRows(DType dtype) {
    try (var workers = new Workers(2)) {
      for (int n : new int[] {1, 3, 8, 31, 33, 100, 1030}) {
        for (int k : new int[] {1, 7, 8, 31, 33, 75, 4500}) {
          for (Layout b : Layout.values()) {
            product(dtype, 1, n, k, Layout.ROWS, b, workers, 12, true);
          }
        }
      }
    }
  }

  /** Sizes beyond which an operand is packed, is packed in parts, and is summed in parts of k. */
  @Test
  void moreThanOnePart() {
    try (var workers = new Workers(3)) {
      product(DType.F32, 530, 2100, 37, Layout.ROWS, Layout.COLUMNS, workers, 6, true);
      product(DType.F32, 530, 2100, 37, Layout.COLUMNS, Layout.ROWS, workers, 6, true);
      product(DType.F32, 9, 1400, 3300, Layout.ROWS, Layout.ROWS, workers, 6, true);
      product(DType.F32, 1400, 9, 3300, Layout.REVERSED, Layout.COLUMNS, workers, 6, true);
      product(DType.F32, 1400, 41, 3300, Layout.AWKWARD, Layout.STRIDED, workers, 6, true);
      product(DType.F32, 16000, 3, 5, Layout.ROWS, Layout.ROWS, workers, 6, true);
    }
  }

  /** The rows of these results are 4096 bytes apart, and the last sums go over several parts of k. */
  @Test
  void resultsWhoseRowsShareASetOfTheCache() {
    try (var workers = new Workers(2)) {
      product(DType.F32, 40, 1021, 300, Layout.ROWS, Layout.ROWS, workers, 14, true);
      product(DType.F64, 21, 509, 130, Layout.ROWS, Layout.COLUMNS, workers, 14, true);
      product(DType.F32, 27, 1021, 4300, Layout.COLUMNS, Layout.ROWS, workers, 14, true);
    }
  }

  @Test
  void sameBitsForAnyNumberOfThreads() {
    double[] one;
    try (var workers = new Workers(1)) {
      one = product(DType.F32, 200, 300, 400, Layout.ROWS, Layout.COLUMNS, workers, 7, false);
    }
    for (int threads = 2; threads <= 3; threads++) {
      try (var workers = new Workers(threads)) {
        assertArrayEquals(
            one, product(DType.F32, 200, 300, 400, Layout.ROWS, Layout.COLUMNS, workers, 7, false));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void allTilesGiveTheBitsOfPlainLoops(DType dtype) {
    MicroKernel kernel = Gemm.kernel(dtype);
    var random = new Random(8);
    for (int rows = 1; rows <= 2 * kernel.height() + 1; rows++) {
      int width = kernel.lanes() * kernel.vectors(rows);
      for (int columns = 1; columns <= 2 * width + 1; columns++) {
        int deep = random.nextInt(12);
        Filled a = Filled.random(random, dtype, rows, deep + 1, Layout.STRIDED);
        Filled b = Filled.random(random, dtype, deep + 1, columns, Layout.ROWS);
        Filled c = Filled.random(random, dtype, rows, columns, Layout.STRIDED);
        CpuBuffer plain = MEMORY.allocate(c.buffer.bytes());
        plain.segment().copyFrom(c.buffer.segment());
        boolean first = random.nextBoolean();
        CpuBuffer list = list(deep, b.strides[0] * dtype.bytes());
        CpuBuffer used = random.nextBoolean() ? list : null;
        block(kernel, width, dtype, rows, columns, deep, a, b, used, c, c.buffer, first);
        var loops = new ScalarMicroKernel(dtype);
        block(loops, loops.lanes(), dtype, rows, columns, deep, a, b, null, c, plain, first);
        assertEquals(
            -1,
            plain.segment().mismatch(c.buffer.segment()),
            rows + "x" + columns + "x" + deep + " first " + first);
        for (CpuBuffer buffer : List.of(a.buffer, b.buffer, c.buffer, plain, list)) {
          MEMORY.free(buffer);
        }
      }
    }
  }

  /** Rows that are a step apart as a list. */
  private static CpuBuffer list(int rows, long step) {
    CpuBuffer list = MEMORY.allocate((rows + (long) TileWriter.AHEAD) * Long.BYTES);
    for (int p = 0; p < rows; p++) {
      list.segment().setAtIndex(ValueLayout.JAVA_LONG, p, p * step);
    }
    return list;
  }

  /** Multiplies where b lies as a matrix. The rows of the result lie as those of c, with every other column left out. */
  private static void block(
      MicroKernel kernel,
      int width,
      DType dtype,
      int rows,
      int columns,
      int deep,
      Filled a,
      Filled b,
      @Nullable CpuBuffer list,
      Filled c,
      CpuBuffer result,
      boolean first) {
    long bytes = dtype.bytes();
    kernel.run(
        new Matrix(
            a.buffer.address() + a.offset * bytes, a.strides[0] * bytes, a.strides[1] * bytes),
        new MicroKernel.Strips(
            b.buffer.address() + b.offset * bytes,
            width * bytes,
            list == null ? b.strides[0] * bytes : 0,
            width,
            list == null ? 0 : list.address()),
        new Matrix(result.address() + c.offset * bytes, c.strides[0] * bytes, bytes),
        rows,
        columns,
        deep,
        first);
  }

  @Test
  void noProductsGiveZeros() {
    try (var workers = new Workers(1)) {
      double[] c = product(DType.F32, 3, 40, 0, Layout.ROWS, Layout.ROWS, workers, 9, false);
      assertArrayEquals(new double[120], c);
    }
  }

  @Test
  void batches() {
    try (var workers = new Workers(2)) {
      for (int shared = 0; shared < 3; shared++) {
        batch(workers, shared, new int[] {3, 4}, 20, 9, 17);
        batch(workers, shared, new int[] {2, 1}, 130, 150, 90);
        batch(workers, shared, new int[] {0, 2}, 4, 4, 4);
      }
    }
  }

  /** A batch over two axes; operand {@code shared} has stride 0 along them, if there is one. */
  private static void batch(Workers workers, int shared, int[] batch, int m, int n, int k) {
    var random = new Random(10);
    int count = batch[0] * batch[1];
    CpuBuffer a = MEMORY.allocate(4L * Math.max(1, count) * m * k);
    CpuBuffer b = MEMORY.allocate(4L * Math.max(1, count) * n * k);
    CpuBuffer c = MEMORY.allocate(4L * Math.max(1, count) * m * n);
    for (int i = 0; i < Math.max(1, count) * m * k; i++) {
      set(a.segment(), DType.F32, i, random.nextGaussian());
    }
    for (int i = 0; i < Math.max(1, count) * n * k; i++) {
      set(b.segment(), DType.F32, i, random.nextGaussian());
    }
    long stepA = shared == 0 ? 0 : (long) m * k;
    long stepB = shared == 1 ? 0 : (long) n * k;
    long[][] strides = {
      {batch[1] * stepA, stepA, k, 0, 1},
      {batch[1] * stepB, stepB, 0, k, 1},
      {(long) batch[1] * m * n, m * n, n, 1, 0}
    };
    new MatMulProgram(new Kernel.MatMul(DType.F32, null), workers)
        .prepare(new Geometry(new int[] {batch[0], batch[1], m, n, k}, new long[3], strides))
        .run(new Buffer[] {a, b, c}, new long[3], new long[0]);
    for (int item = 0; item < count; item++) {
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          float chain = 0;
          for (int p = 0; p < k; p++) {
            float x = (float) get(a.segment(), DType.F32, item * stepA + (long) i * k + p);
            chain =
                Math.fma(
                    x, (float) get(b.segment(), DType.F32, item * stepB + (long) j * k + p), chain);
          }
          assertEquals(
              chain, get(c.segment(), DType.F32, ((long) item * m + i) * n + j), "item " + item);
        }
      }
    }
    MEMORY.free(a);
    MEMORY.free(b);
    MEMORY.free(c);
  }

  @Test
  void epilogues() {
    try (var workers = new Workers(2)) {
      for (Layout a : Layout.values()) {
        for (Layout b : Layout.values()) {
          epilogue(workers, 1, 70, 90, 40, a, b);
          epilogue(workers, 1, 130, 10, 260, a, b);
          epilogue(workers, 1, 10, 130, 260, a, b);
          epilogue(workers, 5, 33, 17, 29, a, b);
          epilogue(workers, 2, 1, 1, 0, a, b);
          epilogue(workers, 2, 70, 1, 45, a, b);
        }
      }
      epilogue(workers, 2, 300, 400, 300, Layout.ROWS, Layout.ROWS);
      epilogue(workers, 1, 40, 40, 2100, Layout.ROWS, Layout.ROWS);
    }
  }

  /** Computes {@code max(a * b + bias[n], 0) * scale + batch} with a bias shared by all rows. */
  private static void epilogue(
      Workers workers, int batch, int m, int n, int k, Layout layoutA, Layout layoutB) {
    var body = new BodyBuilder();
    int raw = body.add(new Instr.Load(0, DType.F32));
    int bias = body.add(new Instr.Load(1, DType.F32));
    int positive =
        body.apply(ScalarOp.MAX, body.apply(ScalarOp.ADD, raw, bias), body.literal(DType.F32, 0));
    int scaled = body.apply(ScalarOp.MUL, positive, body.add(new Instr.Scalar(0, DType.F32)));
    int item = body.cast(body.add(new Instr.Index(2)), DType.F32);
    int result = body.apply(ScalarOp.ADD, scaled, item);
    var stage = new Stage.Map(body.build(), List.of(new Stage.Store(3, result)));
    var accesses =
        List.of(
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.INDEX, DType.I32, Access.Lane.BROADCAST),
            new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS));
    var loop = new Kernel.Loop(2, 0, false, accesses, List.of(DType.F32), List.of(stage));

    var random = new Random(11);
    Filled a = Filled.random(random, DType.F32, m, k, layoutA);
    Filled b = Filled.random(random, DType.F32, n, k, layoutB);
    Filled shift = Filled.random(random, DType.F32, 1, n, Layout.ROWS);
    CpuBuffer c = MEMORY.allocate(4L * batch * m * n + 64);
    CpuBuffer out = MEMORY.allocate(4L * batch * m * n + 64);
    long item0 = (long) m * n;
    long[][] strides = {
      {0, a.strides[0], 0, a.strides[1]},
      {0, 0, b.strides[0], b.strides[1]},
      {item0, n, 1, 0},
      {item0, n, 1, 0},
      {0, 0, 1, 0},
      {3, 0, 0, 0},
      {item0, n, 1, 0}
    };
    long[] offsets = {a.offset, b.offset, 0, 0, shift.offset, 7, 2};
    new MatMulProgram(new Kernel.MatMul(DType.F32, loop), workers)
        .prepare(new Geometry(new int[] {batch, m, n, k}, offsets, strides))
        .run(
            new Buffer[] {a.buffer, b.buffer, c, c, shift.buffer, c, out},
            new long[] {0, 0, 64, 64, 0, 0, 0},
            new long[] {Float.floatToRawIntBits(1.25f)});
    for (int z = 0; z < batch; z++) {
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          long at = z * item0 + (long) i * n + j;
          float product = (float) get(c.segment(), DType.F32, 16 + at);
          check(DType.F32, a.values[i], b.values[j], product, "raw product");
          float expected = Math.max(product + (float) shift.values[0][j], 0) * 1.25f + (7 + 3 * z);
          assertEquals(
              expected,
              get(out.segment(), DType.F32, 2 + at),
              m + "x" + n + "x" + k + " at " + i + "," + j);
        }
      }
    }
    for (CpuBuffer buffer : List.of(a.buffer, b.buffer, shift.buffer, c, out)) {
      MEMORY.free(buffer);
    }
  }

  @Test
  void aResultWithoutUnitStrideIsAnError() {
    try (var workers = new Workers(1)) {
      var program = new MatMulProgram(new Kernel.MatMul(DType.F32, null), workers);
      long[][] strides = {{4, 0, 1}, {0, 4, 1}, {1, 4, 0}};
      var geometry = new Geometry(new int[] {4, 4, 4}, new long[3], strides);
      var error = assertThrows(IllegalArgumentException.class, () -> program.prepare(geometry));
      assertEquals("matmul: the result has stride 4 along n, not 1", error.getMessage());
    }
  }
}
