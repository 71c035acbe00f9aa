package dev.adjoint.linalg;

import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/** Eigenvalues and singular values by ojAlgo, in float64. Matrices are read from their device, and results written to it. */
final class HostFactors {
  private HostFactors() {}

  /** What one matrix becomes, both row by row. */
  @FunctionalInterface
  private interface Factors {
    void write(double[] matrix, double[] result, int start);
  }

  /** The eigenvalues in ascending order as a row, and under it a column for each vector: [..., n + 1, n]. */
  static Tensor eigen(Tensor x) {
    int n = x.dim(-1);
    return each("eigh", x, n + 1, n, (matrix, all, start) -> eigen(matrix, n, all, start));
  }

  private static void eigen(double[] matrix, int n, double[] all, int start) {
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        matrix[i * n + j] = matrix[j * n + i];
      }
    }
    Eigenvalue<Double> found = Eigenvalue.R064.make(n, true);
    require("eigh", found.decompose(R064Store.wrap(matrix, n)));
    MatrixStore<Double> values = found.getD();
    MatrixStore<Double> vectors = found.getV();
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted((a, b) -> Double.compare(values.doubleValue(a, a), values.doubleValue(b, b)))
            .mapToInt(i -> i)
            .toArray();
    for (int j = 0; j < n; j++) {
      all[start + j] = values.doubleValue(order[j], order[j]);
      for (int i = 0; i < n; i++) {
        all[start + (i + 1) * n + j] = vectors.doubleValue(i, order[j]);
      }
    }
  }

  /** A column for each of the k singular values, in descending order: first it, then those of U and of V: [..., 1 + m + n, k]. */
  static Tensor singular(Tensor x) {
    int m = x.dim(-2);
    int n = x.dim(-1);
    int k = Math.min(m, n);
    return each("svd", x, 1 + m + n, k, (matrix, all, start) -> singular(matrix, m, n, all, start));
  }

  private static void singular(double[] matrix, int m, int n, double[] all, int start) {
    int k = Math.min(m, n);
    // ojAlgo goes down columns, so it sees the transposed matrix, and U and V are exchanged.
    R064Store transposed = R064Store.wrap(matrix, n);
    SingularValue<Double> found = SingularValue.R064.make(transposed);
    require("svd", found.decompose(transposed));
    double[] values = new double[k];
    found.getSingularValues(values);
    MatrixStore<Double> u = found.getV();
    MatrixStore<Double> v = found.getU();
    for (int j = 0; j < k; j++) {
      all[start + j] = values[j];
      for (int i = 0; i < m + n; i++) {
        all[start + (1 + i) * k + j] = i < m ? u.doubleValue(i, j) : v.doubleValue(i - m, j);
      }
    }
  }

  private static void require(String op, boolean found) {
    if (!found) {
      throw new ArithmeticException(op + ": the iteration did not converge");
    }
  }

  private static Tensor each(String op, Tensor x, int rows, int columns, Factors factors) {
    int[] dims = x.shape().dims();
    int size = dims[dims.length - 2] * dims[dims.length - 1];
    dims[dims.length - 2] = rows;
    dims[dims.length - 1] = columns;
    Shape shape = Shape.of(dims);
    double[] from = x.detach().toDoubles();
    if (!Arrays.stream(from).allMatch(Double::isFinite)) {
      throw new ArithmeticException(op + ": a matrix has elements that are not finite");
    }
    double[] to = new double[Math.toIntExact(shape.size())];
    int count = size == 0 ? 0 : from.length / size;
    IntStream.range(0, count)
        .parallel()
        .forEach(
            b ->
                factors.write(
                    Arrays.copyOfRange(from, b * size, (b + 1) * size), to, b * rows * columns));
    Tensor result =
        Scope.on(Device.cpu(), () -> Scope.withDType(x.dtype(), () -> Tensors.of(to, dims)));
    return result.to(x.device());
  }
}
