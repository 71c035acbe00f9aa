package dev.adjoint.ops;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Products beside the matrix product. */
public final class Products {
  private Products() {}

  public static Tensor kron(Tensor a, Tensor b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] wide = Graph.ones(2 * rank).dims();
    int[] tall = wide.clone();
    int[] dims = new int[rank];
    for (int i = 1; i <= rank; i++) {
      wide[2 * (rank - i)] = size(a, i);
      tall[2 * (rank - i) + 1] = size(b, i);
      dims[rank - i] = ShapeMath.size("kron", (long) size(a, i) * size(b, i));
    }
    return a.reshape(Shape.of(wide)).mul(b.reshape(Shape.of(tall))).reshape(Shape.of(dims));
  }

  private static int size(Tensor x, int fromEnd) {
    return fromEnd <= x.rank() ? x.dim(-fromEnd) : 1;
  }

  public static Tensor cross(Tensor a, Tensor b) {
    for (int axis = 0; axis < a.rank(); axis++) {
      if (a.dim(axis) == 3) {
        return cross(a, b, axis);
      }
    }
    throw OpError.of("cross", "no axis of size 3 in shape " + a.shape());
  }

  public static Tensor cross(Tensor a, Tensor b, int axis) {
    int at = a.shape().axis(axis, "cross");
    if (a.rank() != b.rank() || a.dim(at) != 3 || b.dim(at) != 3) {
      throw OpError.of(
          "cross",
          "needs tensors of equal rank with 3 elements along axis "
              + axis
              + ", not "
              + a.shape()
              + " and "
              + b.shape());
    }
    Tensor next = a.roll(-1, at).mul(b.roll(-2, at));
    return next.sub(a.roll(-2, at).mul(b.roll(-1, at)));
  }

  public static Tensor matrixPower(Tensor x, int n) {
    Operands.requireFloat("matrixPower", x);
    if (x.rank() < 2 || x.dim(-1) != x.dim(-2)) {
      throw OpError.of("matrixPower", "needs square matrices, not " + x.shape());
    }
    if (n == 0) {
      Tensor unit = Sequences.diagonal(x.dim(-1), x.dim(-1), x.device());
      return unit.to(x.dtype()).broadcastTo(x.shape());
    }
    return n < 0 ? power(LinearSystems.inverse("matrixPower", x), -(long) n) : power(x, n);
  }

  /** Repeated squaring. */
  private static Tensor power(Tensor x, long n) {
    if (n == 1) {
      return x;
    }
    Tensor half = power(x, n / 2);
    Tensor even = MatrixProducts.matmul(half, half);
    return n % 2 == 0 ? even : MatrixProducts.matmul(even, x);
  }

  public static Tensor bilinear(Tensor a, Tensor b, Tensor weight) {
    MatrixProducts.checkTypes("bilinear", a, b);
    MatrixProducts.checkTypes("bilinear", a, weight);
    boolean fit = a.rank() > 0 && a.rank() == b.rank() && weight.rank() == 3;
    if (!fit || a.dim(-1) != weight.dim(1) || b.dim(-1) != weight.dim(2)) {
      throw OpError.of(
          "bilinear",
          "inputs "
              + a.shape()
              + " and "
              + b.shape()
              + " do not fit weights "
              + weight.shape()
              + " of [out, in1, in2]");
    }
    int[] leading = Arrays.copyOf(a.shape().dims(), a.rank() - 1);
    if (!Arrays.equals(leading, Arrays.copyOf(b.shape().dims(), leading.length))) {
      throw mismatch("bilinear", "the first input", a, "the second", b);
    }
    int out = weight.dim(0);
    int columns = ShapeMath.size("bilinear", (long) out * b.dim(-1));
    Tensor matrix = weight.permute(1, 0, 2).reshape(a.dim(-1), columns);
    int rows = ShapeMath.size("bilinear", Shape.of(leading).size());
    Tensor products =
        MatrixProducts.matmul(a.reshape(rows, a.dim(-1)), matrix).reshape(rows, out, b.dim(-1));
    Tensor sums = products.mul(b.reshape(rows, 1, b.dim(-1))).sum(-1);
    return sums.reshape(ShapeMath.insert(Shape.of(leading), leading.length, out));
  }

  /** The error of two operands whose shapes do not fit. */
  public static IllegalArgumentException mismatch(
      String op, String what, Tensor x, String other, Tensor y) {
    return OpError.of(
        op, what + " of shape " + x.shape() + " does not fit " + other + " of shape " + y.shape());
  }

  public static Tensor chain(List<Tensor> tensors) {
    int n = tensors.size();
    if (n < 2) {
      throw OpError.of("multiDot", "needs two matrices or more, not " + n);
    }
    var matrices = new ArrayList<Tensor>(n);
    for (int i = 0; i < n; i++) {
      Tensor x = tensors.get(i);
      boolean vector = x.rank() == 1 && (i == 0 || i == n - 1);
      if (!vector && x.rank() != 2) {
        throw OpError.of(
            "multiDot", "tensor " + i + " of shape " + x.shape() + " must be a matrix");
      }
      matrices.add(vector ? x.unsqueeze(i == 0 ? 0 : 1) : x);
      if (i > 0 && matrices.get(i - 1).dim(1) != matrices.get(i).dim(0)) {
        throw OpError.of(
            "multiDot", "inner sizes differ: " + tensors.get(i - 1).shape() + " x " + x.shape());
      }
    }
    Tensor product = product(matrices, splits(matrices), 0, n - 1);
    if (tensors.getLast().rank() == 1) {
      product = product.squeeze(1);
    }
    return tensors.getFirst().rank() == 1 ? product.squeeze(0) : product;
  }

  /** After which factor the product from one factor to another is best split. */
  private static int[][] splits(List<Tensor> matrices) {
    int n = matrices.size();
    double[][] cost = new double[n][n];
    int[][] splits = new int[n][n];
    for (int length = 1; length < n; length++) {
      for (int i = 0, j = length; j < n; i++, j++) {
        double outer = (double) matrices.get(i).dim(0) * matrices.get(j).dim(1);
        cost[i][j] = Double.POSITIVE_INFINITY;
        for (int k = i; k < j; k++) {
          double all = cost[i][k] + cost[k + 1][j] + outer * matrices.get(k).dim(1);
          if (all < cost[i][j]) {
            cost[i][j] = all;
            splits[i][j] = k;
          }
        }
      }
    }
    return splits;
  }

  private static Tensor product(List<Tensor> matrices, int[][] splits, int from, int to) {
    if (from == to) {
      return matrices.get(from);
    }
    int split = splits[from][to];
    return product(matrices, splits, from, split).matmul(product(matrices, splits, split + 1, to));
  }

  public static Tensor vander(Tensor x, int n, boolean increasing) {
    if (x.rank() != 1 || n < 0) {
      throw OpError.of("vander", "no " + n + " powers of shape " + x.shape() + ": needs a vector");
    }
    Tensor powers = x.unsqueeze(1).expand(-1, Math.max(0, n - 1)).cumprod(1);
    Tensor all = powers.pad(new int[] {1, 0}, "constant", 1).narrow(1, 0, n);
    return increasing ? all : all.flip(1);
  }
}
