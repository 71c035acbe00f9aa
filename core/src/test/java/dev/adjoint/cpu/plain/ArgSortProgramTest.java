package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions in order against the stable sort of the JDK. */
class ArgSortProgramTest {
  private static final CpuAllocator MEMORY = new CpuAllocator(() -> 1L << 30);
  private static final int[] LENGTHS = {1, 2, 31, 32, 33, 40, 41, 255, 256, 257, 5000};
  private static final double[] SPECIAL = {
    Double.NaN, -0.0, 0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e-40, -1e-40
  };

  /** Numbers with many ties, of which some are special for floats. */
  private static double[] numbers(DType dtype, int n, int distinct) {
    var random = new Random(n);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      int k = random.nextInt(distinct) - distinct / 2;
      x[i] =
          switch (dtype) {
            case BOOL -> k & 1;
            case U8 -> k & 0xff;
            case I32, I64 -> k * 1000.0;
            case F32, F64 -> random.nextInt(9) == 0 ? SPECIAL[i % SPECIAL.length] : k / 8.0;
            case I8, F16, BF16 -> throw new IllegalArgumentException(dtype + " is widened before");
          };
    }
    return x;
  }

  private static CpuBuffer stored(DType dtype, double[] x) {
    CpuBuffer buffer = MEMORY.allocate((long) Math.max(1, x.length) * dtype.bytes());
    MemorySegment to = buffer.segment();
    for (int i = 0; i < x.length; i++) {
      switch (dtype) {
        case BOOL, U8 -> to.set(ValueLayout.JAVA_BYTE, i, (byte) (int) x[i]);
        case I32 -> to.setAtIndex(ValueLayout.JAVA_INT, i, (int) x[i]);
        case I64 -> to.setAtIndex(ValueLayout.JAVA_LONG, i, (long) x[i]);
        case F32 -> to.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) x[i]);
        case F64 -> to.setAtIndex(ValueLayout.JAVA_DOUBLE, i, x[i]);
        case I8, F16, BF16 -> throw new IllegalArgumentException(dtype + " is widened before");
      }
    }
    return buffer;
  }

  private static int[] expected(double[] x, boolean descending) {
    // Comparing with == tells neither zero from the other.
    Comparator<Integer> order = (i, j) -> x[i] == x[j] ? 0 : Double.compare(x[i], x[j]);
    Integer[] positions = new Integer[x.length];
    Arrays.setAll(positions, i -> i);
    Arrays.sort(positions, descending ? order.reversed() : order);
    return Arrays.stream(positions).mapToInt(i -> i).toArray();
  }

  private static void check(DType dtype, double[] x, boolean descending, int count, int threads) {
    CpuBuffer result = MEMORY.allocate(4L * count);
    try (var workers = new Workers(threads)) {
      new ArgSortProgram(new Kernel.ArgSort(1, 0, dtype, descending), workers)
          .prepare(new Geometry(new int[] {count}, new long[2], new long[][] {{1}, {0}}))
          .run(new Buffer[] {result, stored(dtype, x)}, new long[2], new long[] {1, x.length});
    }
    int[] expected = expected(x, descending);
    for (int i = 0; i < count; i++) {
      assertEquals(
          expected[i],
          result.segment().getAtIndex(ValueLayout.JAVA_INT, i),
          dtype + " " + count + " of " + x.length + (descending ? " down" : "") + " at " + i);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"I8", "F16", "BF16"})
  void ordersElements(DType dtype) {
    for (int n : LENGTHS) {
      double[] x = numbers(dtype, n, 100);
      check(dtype, x, false, n, 1);
      check(dtype, x, true, n, 1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"I8", "F16", "BF16"})
  void findsTheFirstAlone(DType dtype) {
    double[] x = numbers(dtype, 5000, 2000);
    for (int count : new int[] {1, 2, 7, 100, 312, 313, 1024, 4999}) {
      check(dtype, x, false, count, 1);
      check(dtype, x, true, count, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, 0x1p63, -0x1p63})
  void findsTheFirstOfEqualOnesAtTheEnds(double value) {
    double[] x = new double[1000];
    for (int others : new int[] {0, 5}) {
      Arrays.fill(x, value);
      Arrays.fill(x, 500, 500 + others, 7);
      for (boolean descending : new boolean[] {false, true}) {
        check(DType.F64, x, descending, 8, 1);
        if (Math.abs(value) == 0x1p63) {
          // The least of I64, and its largest, which is rounded to that.
          check(DType.I64, x, descending, 8, 1);
        }
      }
    }
  }

  @Test
  void findsTheFirstOfThoseThatGetLessAndLess() {
    double[] x = new double[5000];
    Arrays.setAll(x, i -> -i / 3);
    for (int count : new int[] {1, 40, 300}) {
      check(DType.I32, x, false, count, 1);
      check(DType.F32, x, true, count, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void ordersLongRowsWithAnyThreads(int threads) {
    double[] x = numbers(DType.F32, 100_000, 5000);
    check(DType.F32, x, false, x.length, threads);
    check(DType.F64, x, true, x.length, threads);
    check(DType.F32, x, true, 1000, threads);
    check(DType.I32, numbers(DType.I32, 70_001, 40), false, 70_001, threads);
  }

  @Test
  void walksAnyStrides() {
    int rows = 23;
    int n = 50;
    double[] x = numbers(DType.F32, rows * n, 30);
    CpuBuffer result = MEMORY.allocate(4L * rows * n);
    try (var workers = new Workers(3)) {
      // Rows are the columns of a matrix, read from below.
      new ArgSortProgram(new Kernel.ArgSort(2, 0, DType.F32, false), workers)
          .prepare(
              new Geometry(
                  new int[] {n, rows},
                  new long[] {0, (n - 1L) * rows},
                  new long[][] {{rows, 1}, {0, 1}}))
          .run(new Buffer[] {result, stored(DType.F32, x)}, new long[2], new long[] {-rows, n});
    }
    for (int r = 0; r < rows; r++) {
      double[] column = new double[n];
      for (int i = 0; i < n; i++) {
        column[i] = x[(n - 1 - i) * rows + r];
      }
      int[] expected = expected(column, false);
      for (int i = 0; i < n; i++) {
        assertEquals(
            expected[i], result.segment().getAtIndex(ValueLayout.JAVA_INT, (long) i * rows + r));
      }
    }
  }
}
