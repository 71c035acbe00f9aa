package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;

/** Random orthogonal matrices, by Gram-Schmidt on normally distributed vectors. */
final class Orthogonal {
  private Orthogonal() {}

  static Tensor matrix(Shape shape, double gain) {
    if (shape.rank() < 2) {
      throw OpError.of("init", "orthogonal: needs a shape [out, in, ...], not " + shape);
    }
    int rows = shape.dim(0);
    int columns = Math.toIntExact(shape.size() / Math.max(1, rows));
    int count = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    double[][] vectors = orthonormal(count, length);
    double[] values = new double[rows * columns];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < length; j++) {
        values[rows <= columns ? i * columns + j : j * columns + i] = gain * vectors[i][j];
      }
    }
    return Tensors.of(values, shape.dims());
  }

  private static double[][] orthonormal(int count, int length) {
    double[] random = Scope.withDType(DType.F64, () -> Tensors.randn(count, length)).toDoubles();
    double[][] vectors = new double[count][length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(random, i * length, vectors[i], 0, length);
      // The second pass removes what rounding left over in the first.
      for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < i; k++) {
          double along = dot(vectors[i], vectors[k]);
          for (int j = 0; j < length; j++) {
            vectors[i][j] -= along * vectors[k][j];
          }
        }
      }
      double size = Math.sqrt(dot(vectors[i], vectors[i]));
      for (int j = 0; j < length; j++) {
        vectors[i][j] /= size;
      }
    }
    return vectors;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
