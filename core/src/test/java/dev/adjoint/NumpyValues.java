package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Values that NumPy has computed, and the tensors that they were computed from. */
final class NumpyValues {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  static final Tensor X =
      real(
          new double[][] {
            {-10000, -30.5, -2.5, -1},
            {-0.5, -0.001, 0, 0.3},
            {0.9, 1, 2.5, 10000},
          });
  static final Tensor Y =
      real(
          new double[][] {
            {2, -3, 0.5, 1},
            {-0.5, 4, 1, -0.3},
            {7, -1, 2.5, 10000},
          });
  static final Tensor S =
      real(
          new double[][] {
            {NAN, INF, -INF, 1},
            {0, -0.0, 2, NAN},
          });
  static final Tensor S2 =
      real(
          new double[][] {
            {1, INF, -INF, INF},
            {-0.0, 0, NAN, NAN},
          });
  static final Tensor M = Tensors.arange(0, 24, 1, DType.F64).reshape(2, 3, 4);
  static final Tensor R = real(sines());
  static final Tensor Q = R.transpose(1, 2);
  static final Tensor I = Tensors.of(new int[][] {{7, -7, 5}, {0, 3, -2}});
  static final Tensor J = Tensors.of(new int[][] {{2, 2, -3}, {4, -3, 5}});
  static final Tensor B = Tensors.of(new boolean[][] {{true, false, true}, {false, false, true}});
  static final Tensor C = Tensors.of(new boolean[][] {{true, true, false}, {false, true, true}});

  private static final Map<String, String[]> EXPECTED = load();

  private NumpyValues() {}

  private static Tensor real(Object[] values) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values));
  }

  /** {@code 3 sin(1.7 n)} for n from 0 to 23. */
  private static Object[] sines() {
    double[][][] values = new double[2][3][4];
    for (int n = 0; n < 24; n++) {
      values[n / 12][n / 4 % 3][n % 4] = 3 * Math.sin(1.7 * n);
    }
    return values;
  }

  private static Map<String, String[]> load() {
    var values = new HashMap<String, String[]>();
    var resource =
        Objects.requireNonNull(NumpyValues.class.getResourceAsStream("numpy-values.txt"));
    try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("; ", -1))
          .forEach(v -> values.put(v[0], v));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return values;
  }

  /** Computes an expression in f64 and compares it with the values that NumPy gave for it. */
  static void check(String expression, Supplier<Tensor> call) {
    String[] expected =
        Objects.requireNonNull(EXPECTED.get(expression), () -> "no values for " + expression);
    double[] values =
        Arrays.stream(expected[2].split(" "))
            .filter(v -> !v.isEmpty())
            .mapToDouble(Double::parseDouble)
            .toArray();
    double[] actual =
        Scope.withDType(
            DType.F64,
            () -> {
              Tensor x = call.get();
              assertEquals(expected[1], x.shape().toString().replace(" ", ""));
              return x.toDoubles();
            });
    double[] scaled = new double[values.length];
    double[] wanted = new double[values.length];
    for (int k = 0; k < values.length; k++) {
      double scale = Double.isFinite(values[k]) ? Math.max(1, Math.abs(values[k])) : 1;
      scaled[k] = actual[k] / scale;
      wanted[k] = values[k] / scale;
    }
    assertArrayEquals(wanted, scaled, 1e-12);
  }
}
