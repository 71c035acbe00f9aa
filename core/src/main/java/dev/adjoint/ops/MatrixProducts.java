package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.Recording;
import dev.adjoint.graph.ReduceOp;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The forms of the matrix product. */
public final class MatrixProducts {
  private MatrixProducts() {}

  public static Tensor matmul(Tensor a, Tensor b) {
    check(a, b);
    // A function that is mapped over a batch multiplies the matrix by a vector of each element,
    // which together are a matrix.
    boolean mapped = Recording.isDeferred() && a.rank() != b.rank();
    if (b.rank() == 1) {
      // A sum of products streams the matrix once; a product with one column would pack it first.
      return mapped ? matmul(a, b.unsqueeze(1)).squeeze(-1) : sum(a.mul(b), -1, false);
    }
    if (a.rank() == 1) {
      return mapped ? matmul(a.unsqueeze(0), b).squeeze(-2) : sum(a.unsqueeze(1).mul(b), -2, false);
    }
    if (b.rank() == 2 && a.rank() > 2) {
      int[] dims = a.shape().dims();
      dims[dims.length - 1] = b.dim(1);
      return product(rows(a), b).reshape(Shape.of(dims));
    }
    if (a.rank() == 2 && b.rank() == 2) {
      return product(a, b);
    }
    Shape batch = batch(a, b);
    return product(
        new Tensor(Graph.broadcast(a.node(), matrix(batch, a.dim(-2), a.dim(-1)))),
        new Tensor(Graph.broadcast(b.node(), matrix(batch, b.dim(-2), b.dim(-1)))));
  }

  private static Tensor product(Tensor a, Tensor b) {
    return a.dtype().isFloat()
        ? new Tensor(Graph.matmul(a.node(), b.node()))
        : IntegerProducts.matmul(a, b);
  }

  /** Sums along an axis in the type of the elements, which {@link Tensor#sum} leaves for integers and with mixed precision. */
  static Tensor sum(Tensor x, int axis, boolean keepDim) {
    return Operands.cast(Reductions.fold(ReduceOp.SUM, x, new int[] {axis}, keepDim), x.dtype());
  }

  /** Checks that two operands are floats of one type on one device. */
  static void checkTypes(String op, Tensor a, Tensor b) {
    checkNumbers(op, a, b);
    Operands.requireFloat(op, a);
  }

  /** Checks that two operands are numbers of one type on one device. */
  private static void checkNumbers(String op, Tensor a, Tensor b) {
    Graph.sameDevice(op, a.node(), b.node());
    if (a.dtype() != b.dtype()) {
      throw OpError.of(op, "left is " + a.dtype() + ", right is " + b.dtype() + ": call .to(...)");
    }
    if (a.dtype() == DType.BOOL) {
      throw OpError.of(op, "defined for numbers, not bool: call toInt()");
    }
  }

  private static void check(Tensor a, Tensor b) {
    checkNumbers("matmul", a, b);
    if (a.rank() == 0 || b.rank() == 0) {
      throw OpError.of(
          "matmul", "needs vectors or matrices, not a scalar: " + a.shape() + " x " + b.shape());
    }
    if (a.dim(-1) != b.dim(b.rank() == 1 ? 0 : -2)) {
      throw OpError.of("matmul", "inner sizes differ: " + a.shape() + " x " + b.shape());
    }
  }

  public static Tensor matrices(String op, Tensor a, Tensor b) {
    if (a.rank() != 2 || b.rank() != 2) {
      throw OpError.of(op, "needs two matrices, not " + a.shape() + " x " + b.shape());
    }
    return matmul(a, b);
  }

  public static Tensor batches(String op, Tensor a, Tensor b) {
    if (a.rank() != 3 || b.rank() != 3 || a.dim(0) != b.dim(0)) {
      throw OpError.of(op, "needs [b, m, k] x [b, k, n], not " + a.shape() + " x " + b.shape());
    }
    return matmul(a, b);
  }

  /** {@code beta * x + alpha * product}; with beta 0, x counts only by its shape, which must broadcast to that of the product. */
  public static Tensor plus(String op, Tensor product, Tensor x, Number beta, Number alpha) {
    if (!ShapeMath.stretches(x.shape(), product.shape())) {
      throw OpError.of(
          op,
          "shape " + x.shape() + " does not broadcast to that of the product, " + product.shape());
    }
    if (!product.dtype().isFloat() && !(isInteger(beta) && isInteger(alpha))) {
      throw OpError.of(
          op,
          "beta "
              + beta
              + " and alpha "
              + alpha
              + " must be integers as the product is of "
              + product.dtype());
    }
    Tensor scaled = times(product, alpha);
    // A bool times an integer is i64, but this is of the type of the product.
    Tensor added = x.dtype() == DType.BOOL ? Operands.cast(x, product.dtype()) : x;
    return beta.doubleValue() == 0 ? scaled : scaled.add(times(added, beta));
  }

  private static boolean isInteger(Number x) {
    return x.doubleValue() == Math.rint(x.doubleValue());
  }

  /** The product with a number; floats times 1 are the floats themselves. */
  private static Tensor times(Tensor x, Number factor) {
    return x.dtype().isFloat() && factor.doubleValue() == 1 ? x : x.mul(factor);
  }

  public static Tensor tensordot(Tensor a, Tensor b, int[] axes, int[] others) {
    checkNumbers("tensordot", a, b);
    int[] left = distinct(a, axes);
    int[] right = distinct(b, others);
    boolean fit = left.length == right.length;
    for (int i = 0; fit && i < left.length; i++) {
      fit = a.dim(left[i]) == b.dim(right[i]);
    }
    if (!fit) {
      throw OpError.of(
          "tensordot",
          "axes "
              + Arrays.toString(axes)
              + " of "
              + a.shape()
              + " and "
              + Arrays.toString(others)
              + " of "
              + b.shape()
              + " have different sizes");
    }
    int[] rows = others(a, left);
    int[] columns = others(b, right);
    Tensor x = matrices(a, joined(rows, left), 0, rows.length);
    Tensor y = matrices(b, joined(right, columns), 0, right.length);
    int[] dims =
        joined(
            Arrays.stream(rows).map(a::dim).toArray(),
            Arrays.stream(columns).map(b::dim).toArray());
    return x.matmul(y).reshape(dims);
  }

  private static int[] distinct(Tensor x, int[] axes) {
    int[] all = Arrays.stream(axes).map(axis -> x.shape().axis(axis, "tensordot")).toArray();
    if (Arrays.stream(all).distinct().count() < all.length) {
      throw OpError.of(
          "tensordot", "axes " + Arrays.toString(axes) + " of " + x.shape() + " are not distinct");
    }
    return all;
  }

  private static int[] others(Tensor x, int[] axes) {
    Axes without = Axes.of(axes);
    return IntStream.range(0, x.rank()).filter(axis -> !without.contains(axis)).toArray();
  }

  private static int[] joined(int[] a, int[] b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  /**
   * A view as matrices: the axes in an order, of which the first are those of the batch; those of the rows and those of the
   * columns are merged.
   */
  static Tensor matrices(Tensor x, int[] order, int batch, int rows) {
    Tensor ordered = x.permute(order);
    int[] dims = Arrays.copyOf(ordered.shape().dims(), batch + 2);
    dims[batch] = merged(ordered.shape(), batch, batch + rows);
    dims[batch + 1] = merged(ordered.shape(), batch + rows, ordered.rank());
    return ordered.reshape(Shape.of(dims));
  }

  private static int merged(Shape shape, int from, int to) {
    return ShapeMath.size("matmul", Axes.product(Arrays.copyOfRange(shape.dims(), from, to)));
  }

  /** All leading axes made into one. */
  public static Tensor rows(Tensor x) {
    return x.rank() == 1 ? x.unsqueeze(0) : x.rank() == 2 ? x : x.flatten(0, -2);
  }

  /** The products of what lies along an axis, as rows, and a matrix in full precision; the other axes stay. */
  static Tensor along(Tensor x, int axis, Tensor matrix) {
    int[] dims = x.shape().dims();
    int before = ShapeMath.size("matmul", Axes.product(Arrays.copyOf(dims, axis)));
    int behind =
        ShapeMath.size("matmul", Axes.product(Arrays.copyOfRange(dims, axis + 1, dims.length)));
    boolean last = axis == dims.length - 1;
    Tensor lines =
        last
            ? x.reshape(Shape.of(before, dims[axis]))
            : x.reshape(Shape.of(before, dims[axis], behind));
    Tensor product =
        Recording.withPrecision(
            Precision.F32, () -> last ? matmul(lines, matrix) : matmul(matrix.t(), lines));
    dims[axis] = matrix.dim(1);
    return product.reshape(Shape.of(dims));
  }

  private static Shape batch(Tensor a, Tensor b) {
    Shape x = leading(a);
    Shape y = leading(b);
    for (int i = 1; i <= Math.min(x.rank(), y.rank()); i++) {
      if (x.dim(-i) != y.dim(-i) && x.dim(-i) != 1 && y.dim(-i) != 1) {
        throw OpError.of(
            "matmul", "batch sizes do not broadcast: " + a.shape() + " x " + b.shape());
      }
    }
    return Shape.broadcast(x, y, "matmul");
  }

  /** The sizes of all axes but the last two. */
  static Shape leading(Tensor x) {
    return Shape.of(Arrays.copyOf(x.shape().dims(), x.rank() - 2));
  }

  /** The shape of matrices along the axes of a batch. */
  static Shape matrix(Shape batch, int rows, int columns) {
    int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
    dims[batch.rank()] = rows;
    dims[batch.rank() + 1] = columns;
    return Shape.of(dims);
  }
}
