package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans against their definition: the order of folds, spelled out level by level. */
class ScanProgramTest {
  private static final CpuAllocator MEMORY = new CpuAllocator(() -> 1L << 30);
  private static final int[] LENGTHS = {
    1, 2, 15, 16, 17, 31, 32, 33, 255, 256, 257, 4095, 4096, 4097, 5000
  };

  /** The result at each element as {@link Kernel.Scan} defines it. */
  private static float[] defined(float[] x, DoubleBinaryOperator fold) {
    // For each level the folds of its parts.
    List<float[]> levels = new ArrayList<>(List.of(x));
    while (levels.getLast().length >= Kernel.Scan.RUN) {
      float[] below = levels.getLast();
      float[] parts = new float[below.length / Kernel.Scan.RUN];
      for (int p = 0; p < parts.length; p++) {
        parts[p] = sequence(below, p * Kernel.Scan.RUN, (p + 1) * Kernel.Scan.RUN, fold);
      }
      levels.add(parts);
    }
    float[] results = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      var terms = new ArrayList<Float>();
      for (int level = 0, part = i; level < levels.size(); level++) {
        int first = part / Kernel.Scan.RUN * Kernel.Scan.RUN;
        int end = level == 0 ? part + 1 : part;
        if (first < end) {
          terms.addFirst(sequence(levels.get(level), first, end, fold));
        }
        part /= Kernel.Scan.RUN;
      }
      results[i] = terms.stream().reduce((a, b) -> (float) fold.applyAsDouble(a, b)).orElseThrow();
    }
    return results;
  }

  private static float sequence(float[] x, int from, int to, DoubleBinaryOperator fold) {
    float result = x[from];
    for (int i = from + 1; i < to; i++) {
      result = (float) fold.applyAsDouble(result, x[i]);
    }
    return result;
  }

  private static float[] numbers(int n) {
    var random = new Random(n);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(20) - 10));
    }
    return x;
  }

  /** Scans rows of {@code n} elements that lie with strides in a buffer. */
  private static float[] run(
      ScanOp f, float[] x, int rows, int n, long rowStride, long stride, long offset, int threads) {
    Buffer from = MEMORY.allocate(4L * x.length);
    CpuBuffer to = MEMORY.allocate(4L * x.length);
    MemorySegment.copy(MemorySegment.ofArray(x), 0, ((CpuBuffer) from).segment(), 0, 4L * x.length);
    try (var workers = new Workers(threads)) {
      long[] strides = {rowStride, stride};
      new ScanProgram(new Kernel.Scan(2, 1, f, DType.F32), workers)
          .prepare(
              new Geometry(
                  new int[] {rows, n},
                  new long[] {offset, offset},
                  new long[][] {strides, strides}))
          .run(new Buffer[] {to, from}, new long[2], new long[0]);
    }
    return to.segment().asSlice(0, 4L * x.length).toArray(ValueLayout.JAVA_FLOAT);
  }

  @ParameterizedTest
  @EnumSource(names = {"SUM", "PROD", "MAX", "MIN"})
  void foldsInTheDefinedOrder(ScanOp f) {
    DoubleBinaryOperator fold =
        switch (f) {
          case SUM -> (a, b) -> (float) a + (float) b;
          case PROD -> (a, b) -> (float) a * (float) b;
          case MAX -> Math::max;
          case MIN -> Math::min;
          case LOGSUMEXP -> throw new IllegalArgumentException();
        };
    for (int n : LENGTHS) {
      float[] x = numbers(n);
      for (int i = 0; i < n && f == ScanOp.PROD; i++) {
        // Products of these do not leave the range of floats.
        x[i] = x[i] < 0 ? -1 + x[i] / 32768 : 1 - x[i] / 32768;
      }
      float[] expected = defined(x, fold);
      float[] actual = run(f, x, 1, n, n, 1, 0, 1);
      for (int i = 0; i < n; i++) {
        assertEquals(expected[i], actual[i], f + " of " + n + " at " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void hasTheSameBitsForAllThreads(int threads) {
    int n = 140_000;
    float[] x = numbers(n);
    float[] expected = defined(x, (a, b) -> (float) a + (float) b);
    float[] actual = run(ScanOp.SUM, x, 1, n, n, 1, 0, threads);
    for (int i = 0; i < n; i++) {
      assertEquals(expected[i], actual[i], threads + " threads, element " + i);
    }
  }

  @Test
  void walksAnyStrides() {
    int rows = 37;
    int n = 300;
    float[] x = numbers(rows * n);
    for (int threads : new int[] {1, 3}) {
      float[] columns = run(ScanOp.SUM, x, rows, n, 1, rows, 0, threads);
      float[] backwards = run(ScanOp.SUM, x, rows, n, n, -1, n - 1, threads);
      for (int r = 0; r < rows; r++) {
        float[] column = new float[n];
        float[] reversed = new float[n];
        for (int i = 0; i < n; i++) {
          column[i] = x[i * rows + r];
          reversed[i] = x[r * n + n - 1 - i];
        }
        float[] ofColumn = defined(column, (a, b) -> (float) a + (float) b);
        float[] ofReversed = defined(reversed, (a, b) -> (float) a + (float) b);
        for (int i = 0; i < n; i++) {
          assertEquals(ofColumn[i], columns[i * rows + r]);
          assertEquals(ofReversed[i], backwards[r * n + n - 1 - i]);
        }
      }
    }
  }

  @Test
  void errorsOfSumsDoNotGrowWithTheLength() {
    int n = 1 << 20;
    float[] x = new float[n];
    java.util.Arrays.fill(x, 0.1f);
    float[] sums = run(ScanOp.SUM, x, 1, n, n, 1, 0, 2);
    for (int i = 0; i < n; i++) {
      double exact = 0.1f * (i + 1.0);
      // 15 folds on each of five levels, and one between levels, each with half a unit.
      assertTrue(Math.abs(sums[i] - exact) <= 80 * 0x1p-24 * exact, "element " + i);
    }
  }

  @Test
  void logarithmsOfSumsAreExact() {
    int n = 5000;
    float[] x = new float[n];
    float[] sums = run(ScanOp.LOGSUMEXP, x, 1, n, n, 1, 0, 2);
    for (int i = 0; i < n; i++) {
      assertEquals(Math.log(i + 1), sums[i], 2e-6, "element " + i);
    }
  }
}
