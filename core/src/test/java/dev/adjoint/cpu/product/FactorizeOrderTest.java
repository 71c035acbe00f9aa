package dev.adjoint.cpu.product;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.Device;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Factorization;
import dev.adjoint.graph.Graph;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Factors and solutions have the bits of the steps that {@link dev.adjoint.kernel.Kernel.Factorize} and {@link
 * dev.adjoint.kernel.Kernel.SolveTriangular} define, one by one, however they are cut into panels, strips and bundles.
 */
class FactorizeOrderTest {
  private static Tensor normal(int rows, int columns) {
    return new Random(7).normal(0d, 1d, rows, columns);
  }

  private static void check(Tensor x, Factorization f, float[][] expected) {
    check(() -> new Tensor(Graph.factorize(f, x.node())), expected);
  }

  private static void check(Supplier<Tensor> result, float[][] expected) {
    Tensor found = Scope.on(Device.cpu(), () -> result.get().realize());
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], found.select(0, i).toFloats(), "row " + i);
    }
  }

  private static float[][] rows(Tensor x, int columns) {
    float[][] rows = new float[x.dim(0)][columns];
    float[] all = x.toFloats();
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(all, i * x.dim(1), rows[i], 0, x.dim(1));
    }
    return rows;
  }

  @Test
  void cholesky() {
    for (int n : new int[] {1, 9, 30, 150}) {
      Tensor x = normal(n, n);
      Tensor symmetric = x.matmul(x.t()).add(Tensors.eye(n));
      float[][] l = rows(symmetric, n);
      for (int k = 0; k < n; k++) {
        l[k][k] = (float) Math.sqrt(l[k][k]);
        for (int i = k + 1; i < n; i++) {
          l[k][i] = 0;
          l[i][k] /= l[k][k];
        }
        for (int i = k + 1; i < n; i++) {
          for (int j = k + 1; j <= i; j++) {
            l[i][j] = Math.fma(-l[i][k], l[j][k], l[i][j]);
          }
        }
      }
      check(symmetric, Factorization.CHOLESKY, l);
    }
  }

  @Test
  void lu() {
    for (int[] size : new int[][] {{1, 1}, {30, 30}, {150, 140}, {20, 170}, {170, 20}}) {
      int n = size[1];
      Tensor x = normal(size[0], n);
      float[][] lu = rows(x, n + 1);
      for (int i = 0; i < lu.length; i++) {
        lu[i][n] = i;
      }
      for (int k = 0; k < Math.min(lu.length, n); k++) {
        int best = k;
        for (int i = k + 1; i < lu.length; i++) {
          best = Math.abs(lu[i][k]) > Math.abs(lu[best][k]) ? i : best;
        }
        float[] row = lu[best];
        lu[best] = lu[k];
        lu[k] = row;
        for (int i = k + 1; i < lu.length; i++) {
          lu[i][k] /= row[k];
          for (int j = k + 1; j < n; j++) {
            lu[i][j] = Math.fma(-lu[i][k], row[j], lu[i][j]);
          }
        }
      }
      check(x, Factorization.LU, lu);
    }
  }

  @Test
  void solveTriangular() {
    int n = 50;
    for (int columns : new int[] {1, 7, 8, 150}) {
      for (boolean upper : new boolean[] {false, true}) {
        Tensor a = normal(n, n).add(Tensors.eye(n).mul(20));
        Tensor b = normal(n, columns);
        float[][] known = rows(a, n);
        float[][] x = rows(b, columns);
        for (int step = 0; step < n; step++) {
          int i = upper ? n - 1 - step : step;
          for (int c = 0; c < columns; c++) {
            for (int other = 0; other < step; other++) {
              int j = upper ? n - 1 - other : other;
              x[i][c] = Math.fma(-known[i][j], x[j][c], x[i][c]);
            }
            x[i][c] /= known[i][i];
          }
        }
        check(() -> a.solveTriangular(b, upper), x);
      }
    }
  }

  /** Many small matrices go through the lanes of vectors, and one goes alone. */
  private static void checkEach(Function<Tensor, Tensor> f, Tensor matrices) {
    Tensor all = Scope.on(Device.cpu(), () -> f.apply(matrices).realize());
    for (int k = 0; k < matrices.dim(0); k++) {
      int i = k;
      Tensor alone = Scope.on(Device.cpu(), () -> f.apply(matrices.select(0, i)).realize());
      assertArrayEquals(
          alone.flatten().toFloats(), all.select(0, k).flatten().toFloats(), "matrix " + k);
    }
  }

  private static UnaryOperator<Tensor> factors(Factorization f) {
    return x -> new Tensor(Graph.factorize(f, x.node()));
  }

  @Test
  void manySmallMatrices() {
    var random = new Random(8);
    for (int n : new int[] {1, 5, 32}) {
      Tensor x = random.normal(0d, 1d, 21, n, n).realize();
      Tensor symmetric = x.matmul(x.transpose(1, 2)).add(Tensors.eye(n)).realize();
      checkEach(factors(Factorization.CHOLESKY), symmetric);
      checkEach(factors(Factorization.LU), x);
      checkEach(factors(Factorization.LU), x.transpose(1, 2));
      checkEach(factors(Factorization.LU), x.slice(1, 0, (n + 1) / 2));
      checkEach(factors(Factorization.LU), x.unflatten(0, 7, 3).transpose(0, 1).flatten(0, 1));
      Tensor b = random.normal(0d, 1d, n, 3).realize();
      Tensor large = x.add(Tensors.eye(n).mul(20)).realize();
      for (boolean upper : new boolean[] {false, true}) {
        for (boolean unit : new boolean[] {false, true}) {
          checkEach(a -> a.solveTriangular(b, upper, true, unit), large);
          checkEach(a -> a.transpose(-1, -2).solveTriangular(b, upper, true, unit), large);
          checkEach(a -> a.solveTriangular(b.t(), upper, false, unit), large);
        }
      }
    }
  }
}
