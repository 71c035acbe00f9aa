package dev.adjoint.autograd;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.ReduceOp;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** The gradients of folds over axes. */
final class ReduceRules {
  private ReduceRules() {}

  static Tensor gradient(ReduceOp f, Axes axes, Tensor x, Tensor y, Tensor g) {
    return switch (f) {
      case SUM -> stretch(g, x.shape());
      case PROD -> product(axes, x, g);
      case MAX, MIN -> shares(axes, x, y, g);
    };
  }

  /** Elements that attain the extremum share its gradient equally. */
  private static Tensor shares(Axes axes, Tensor x, Tensor y, Tensor g) {
    Tensor attains = x.eq(stretch(y, x.shape()));
    Node count = Graph.reduce(ReduceOp.SUM, Graph.cast(attains.node(), g.dtype()), axes);
    Tensor share = stretch(Constants.over(g, new Tensor(count)), x.shape());
    return attains.where(share, 0);
  }

  /**
   * The derivative of a product by a factor is the product of the others. Dividing the whole by the factor fails at zeros, so
   * the factors are multiplied in a binary tree, whose gradients are products of siblings: exact for any number of zeros and
   * for any order of derivative, with as many multiplications as there are factors.
   */
  private static Tensor product(Axes axes, Tensor x, Tensor g) {
    int rank = x.rank();
    int[] order = new int[rank];
    int[] dims = new int[rank];
    int kept = 0;
    int folded = rank - axes.size();
    for (int i = 0; i < rank; i++) {
      order[axes.contains(i) ? folded++ : kept++] = i;
    }
    int rows = 1;
    int n = 1;
    for (int i = 0; i < rank; i++) {
      dims[i] = x.dim(order[i]);
      rows *= i < kept ? dims[i] : 1;
      n *= i < kept ? 1 : dims[i];
    }
    Axes toRows = Axes.of(order);
    Node factors = Graph.reshape(Graph.permute(x.node(), toRows), Shape.of(rows, n));
    Tensor byRow = siblings(factors, MovementRules.reshape(g, Shape.of(rows, 1)), rows, n);
    return MovementRules.permute(MovementRules.reshape(byRow, Shape.of(dims)), toRows);
  }

  private static Tensor siblings(Node factors, Tensor g, int rows, int n) {
    int width = n <= 1 ? n : Integer.highestOneBit(n - 1) << 1;
    Node one = Constants.full(1, Shape.SCALAR, g).node();
    Node level = Graph.pad(factors, one, Axes.of(0, 0), Shape.of(rows, width));
    Deque<Tensor> swapped = new ArrayDeque<>();
    for (int pairs = width / 2; pairs > 0; pairs /= 2) {
      Node paired = Graph.reshape(level, Shape.of(rows, pairs, 2));
      swapped.push(
          new Tensor(Graph.slice(paired, Axes.of(0, 0, 1), Axes.of(1, 1, -1), paired.shape())));
      if (pairs > 1) {
        level =
            Graph.reshape(Graph.reduce(ReduceOp.PROD, paired, Axes.of(2)), Shape.of(rows, pairs));
      }
    }
    Tensor gradient = g;
    for (Tensor sibling : swapped) {
      int pairs = sibling.dim(1);
      Tensor parent =
          stretch(MovementRules.reshape(gradient, Shape.of(rows, pairs, 1)), sibling.shape());
      gradient = MovementRules.reshape(Constants.times(parent, sibling), Shape.of(rows, 2 * pairs));
    }
    return new Tensor(
        Graph.slice(gradient.node(), Axes.of(0, 0), Axes.of(1, 1), Shape.of(rows, n)));
  }

  private static Tensor stretch(Tensor g, Shape shape) {
    OptionalDouble constant = Constants.valueOf(g);
    return constant.isPresent()
        ? Constants.full(constant.getAsDouble(), shape, g)
        : new Tensor(Graph.expand(g.node(), shape));
  }
}
