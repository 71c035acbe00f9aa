package dev.adjoint.reference;

import dev.adjoint.Shape;
import dev.adjoint.graph.Factorization;
import java.util.Arrays;

/** Factors of matrices and solutions of triangular systems, in float64. */
final class Factorizations {
  private Factorizations() {}

  static Values factorize(Factorization f, Values x, Shape from, Shape to) {
    int m = from.dim(-2);
    int n = from.dim(-1);
    int size = to.dim(-2) * to.dim(-1);
    double[] all = new double[Math.toIntExact(to.size())];
    for (int b = 0; b < all.length / Math.max(1, size); b++) {
      double[][] a = matrix(x, b, m, n);
      double[][] factors =
          switch (f) {
            case CHOLESKY -> cholesky(a);
            case LU -> lu(a, n);
            case QR -> qr(a, n);
          };
      for (int i = 0; i < factors.length; i++) {
        System.arraycopy(factors[i], 0, all, b * size + i * to.dim(-1), to.dim(-1));
      }
    }
    return Values.floats(x.dtype(), all.length, i -> all[i]);
  }

  private static double[][] matrix(Values x, int b, int m, int n) {
    double[][] a = new double[m][n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        a[i][j] = x.toDouble((b * m + i) * n + j);
      }
    }
    return a;
  }

  /** {@code L_ij = (A_ij - sum_k L_ik L_jk) / L_jj}. */
  private static double[][] cholesky(double[][] a) {
    double[][] l = new double[a.length][a.length];
    for (int i = 0; i < l.length; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = a[i][j];
        for (int k = 0; k < j; k++) {
          rest -= l[i][k] * l[j][k];
        }
        l[i][j] = i > j ? rest / l[j][j] : rest > 0 ? Math.sqrt(rest) : Double.NaN;
      }
    }
    return l;
  }

  private static double[][] lu(double[][] a, int n) {
    double[][] x = new double[a.length][];
    for (int i = 0; i < x.length; i++) {
      x[i] = Arrays.copyOf(a[i], n + 1);
      x[i][n] = i;
    }
    for (int k = 0; k < Math.min(x.length, n); k++) {
      int best = k;
      for (int i = k + 1; i < x.length; i++) {
        best = Math.abs(x[i][k]) > Math.abs(x[best][k]) ? i : best;
      }
      double[] pivot = x[best];
      x[best] = x[k];
      x[k] = pivot;
      for (int i = k + 1; i < x.length; i++) {
        x[i][k] /= pivot[k] == 0 ? 1 : pivot[k];
        for (int j = k + 1; j < n; j++) {
          x[i][j] -= x[i][k] * pivot[j];
        }
      }
    }
    return x;
  }

  /** By reflections {@code H = 1 - 2 v v^T / v^T v}: {@code H_n .. H_1 A = R} and {@code Q = H_1 .. H_n}. */
  private static double[][] qr(double[][] a, int n) {
    int m = a.length;
    double[][] r = a;
    double[][] q = new double[m][m];
    for (int i = 0; i < m; i++) {
      q[i][i] = 1;
    }
    for (int k = 0; k < n; k++) {
      double[] v = new double[m];
      boolean done = true;
      double length = 0;
      for (int i = k; i < m; i++) {
        v[i] = r[i][k];
        done &= i == k || v[i] == 0;
        length = Math.hypot(length, v[i]);
      }
      if (!done) {
        v[k] += v[k] >= 0 ? length : -length;
        r = times(reflection(v), r);
        q = times(q, reflection(v));
      }
    }
    double[][] both = new double[m + n][n];
    for (int i = 0; i < m + n; i++) {
      for (int j = 0; j < n; j++) {
        both[i][j] = i < m ? q[i][j] : i - m <= j ? r[i - m][j] : 0;
      }
    }
    return both;
  }

  private static double[][] reflection(double[] v) {
    double square = Arrays.stream(v).map(x -> x * x).sum();
    double[][] h = new double[v.length][v.length];
    for (int i = 0; i < v.length; i++) {
      for (int j = 0; j < v.length; j++) {
        h[i][j] = (i == j ? 1 : 0) - 2 * v[i] * v[j] / square;
      }
    }
    return h;
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < c[i].length; j++) {
        for (int k = 0; k < b.length; k++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  /** {@code X_i = (B_i - sum_j A_ij X_j) / A_ii} for j before i, or behind it. */
  static Values solveTriangular(boolean upper, boolean unit, Values a, Values b, Shape shape) {
    int n = shape.dim(-2);
    int columns = shape.dim(-1);
    double[] x = new double[Math.toIntExact(shape.size())];
    for (int start = 0; start < x.length; start += n * columns) {
      int matrix = start / columns * n;
      for (int step = 0; step < n; step++) {
        int i = upper ? n - 1 - step : step;
        for (int c = 0; c < columns; c++) {
          double rest = b.toDouble(start + i * columns + c);
          for (int j = upper ? i + 1 : 0; j < (upper ? n : i); j++) {
            rest -= a.toDouble(matrix + i * n + j) * x[start + j * columns + c];
          }
          x[start + i * columns + c] = unit ? rest : rest / a.toDouble(matrix + i * n + i);
        }
      }
    }
    return Values.floats(b.dtype(), x.length, i -> x[i]);
  }
}
