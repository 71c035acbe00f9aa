package dev.adjoint.ops;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import java.util.Arrays;

/** The forms of the matrix product. */
public final class MatrixProducts {
  private MatrixProducts() {}

  public static Tensor matmul(Tensor a, Tensor b) {
    check(a, b);
    if (b.rank() == 1) {
      // A sum of products streams the matrix once; a product with one column would pack it first.
      return a.mul(b).sum(-1);
    }
    if (a.rank() == 1) {
      return a.unsqueeze(1).mul(b).sum(-2);
    }
    if (b.rank() == 2 && a.rank() > 2) {
      int[] dims = a.shape().dims();
      dims[dims.length - 1] = b.dim(1);
      return new Tensor(Graph.matmul(rows(a).node(), b.node())).reshape(Shape.of(dims));
    }
    Node x = a.node();
    Node y = b.node();
    if (a.rank() > 2 || b.rank() > 2) {
      Shape batch = batch(a, b);
      x = Graph.broadcast(x, matrix(batch, a.dim(-2), a.dim(-1)));
      y = Graph.broadcast(y, matrix(batch, b.dim(-2), b.dim(-1)));
    }
    return new Tensor(Graph.matmul(x, y));
  }

  private static void check(Tensor a, Tensor b) {
    Graph.sameDevice("matmul", a.node(), b.node());
    if (a.dtype() != b.dtype()) {
      throw OpError.of(
          "matmul", "left is " + a.dtype() + ", right is " + b.dtype() + ": call .to(...)");
    }
    Operands.requireFloat("matmul", a);
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

  /** All leading axes made into one. */
  public static Tensor rows(Tensor x) {
    return x.rank() == 1 ? x.unsqueeze(0) : x.rank() == 2 ? x : x.flatten(0, -2);
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

  private static Shape leading(Tensor x) {
    return Shape.of(Arrays.copyOf(x.shape().dims(), x.rank() - 2));
  }

  private static Shape matrix(Shape batch, int rows, int columns) {
    int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
    dims[batch.rank()] = rows;
    dims[batch.rank() + 1] = columns;
    return Shape.of(dims);
  }
}
