package dev.adjoint.autograd;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.ScanOp;
import java.util.Arrays;
import java.util.List;

/** The gradients of running folds along an axis. */
final class ScanRules {
  private final int axis;

  private ScanRules(int axis) {
    this.axis = axis;
  }

  static Tensor gradient(ScanOp f, int axis, boolean reverse, Tensor x, Tensor y, Tensor g) {
    if (x.size() == 0) {
      return g;
    }
    var rules = new ScanRules(axis);
    if (reverse) {
      // The same scan of the elements from the last to the first.
      return rules.flip(rules.forward(f, rules.flip(x), rules.flip(y), rules.flip(g)));
    }
    return rules.forward(f, x, y, g);
  }

  private Tensor forward(ScanOp f, Tensor x, Tensor y, Tensor g) {
    return switch (f) {
      case SUM -> new Tensor(Graph.scan(f, g.node(), axis, true));
      case PROD -> product(x, y, g);
      case MAX -> scattered(g, x, x.cummax(axis).indices());
      case MIN -> scattered(g, x, x.cummin(axis).indices());
      case LOGSUMEXP -> logsumexp(x, y, g);
    };
  }

  /** The element that a position names collects the gradient there. */
  private Tensor scattered(Tensor g, Tensor x, Tensor positions) {
    Node zeros = Constants.full(0, x.shape(), g).node();
    return new Tensor(Graph.scatterAdd(zeros, positions.node(), g.node(), axis));
  }

  /**
   * The derivative of {@code y_i} by {@code x_k} is the product of the factors before k, which is an earlier result, and of those
   * from k + 1 to i. The sums of the latter, weighted by the gradient, are a recurrence. Nothing is divided, so factors may be 0.
   */
  private Tensor product(Tensor x, Tensor y, Tensor g) {
    int n = x.dim(axis);
    Tensor before = pad(cut(y, 0, n - 1, 1), 1, 0, 1);
    Tensor after = pad(cut(x, 1, n - 1, 1), 0, 1, 0);
    return recurrence(after, g).mul(before);
  }

  /**
   * The derivative of {@code y_i} by {@code x_k} is {@code exp(x_k - y_i)}, which is {@code exp(x_k - y_k)} times the product of
   * {@code exp(y_j - y_(j+1))} for j from k to i - 1. None of these is above 1.
   */
  private Tensor logsumexp(Tensor x, Tensor y, Tensor g) {
    int n = x.dim(axis);
    Tensor steps = ratio(cut(y, 0, n - 1, 1), cut(y, 1, n - 1, 1));
    return recurrence(pad(steps, 0, 1, 0), g).mul(ratio(x, y));
  }

  /** {@code exp(a - b)}; equal infinities have no difference. */
  private static Tensor ratio(Tensor a, Tensor b) {
    return a.eq(b).where(0, a.sub(b)).exp();
  }

  /**
   * The solution of {@code r_k = b_k + a_k r_(k+1)}; behind the last it is 0, so that the last {@code a} does not matter. Two
   * neighbours make one step of a recurrence of half the length, whose solution has every second element, and gives the others.
   * So rounding errors do not add up along the axis, and derivatives of all orders exist.
   */
  private Tensor recurrence(Tensor a, Tensor b) {
    int n = b.dim(axis);
    if (n == 1) {
      return b;
    }
    int half = n / 2;
    // An element without a partner is a step by itself.
    int lonely = n % 2;
    Tensor firstA = cut(a, 0, half, 2);
    Tensor secondA = cut(a, 1, half, 2);
    Tensor secondB = cut(b, 1, half, 2);
    Tensor stepA = pad(firstA.mul(secondA), 0, lonely, 0);
    Tensor stepB = cut(b, 0, half + lonely, 2).add(pad(firstA.mul(secondB), 0, lonely, 0));
    Tensor first = recurrence(stepA, stepB);
    Tensor next = pad(cut(first, 1, half + lonely - 1, 1), 0, 1 - lonely, 0);
    Tensor second = secondB.add(secondA.mul(next));
    return cut(interleaved(first, pad(second, 0, lonely, 0)), 0, n, 1);
  }

  /** The elements of two tensors in turn. */
  private Tensor interleaved(Tensor first, Tensor second) {
    int[] dims = first.shape().dims();
    int[] split = new int[dims.length + 1];
    System.arraycopy(dims, 0, split, 0, axis + 1);
    split[axis + 1] = 1;
    System.arraycopy(dims, axis + 1, split, axis + 2, dims.length - axis - 1);
    dims[axis] *= 2;
    Node joined =
        Graph.concat(
            List.of(
                Graph.reshape(first.node(), Shape.of(split)),
                Graph.reshape(second.node(), Shape.of(split))),
            axis + 1);
    return new Tensor(Graph.reshape(joined, Shape.of(dims)));
  }

  private Tensor flip(Tensor x) {
    return cut(x, x.dim(axis) - 1, x.dim(axis), -1);
  }

  /** The {@code count} elements start, start + step, ... */
  private Tensor cut(Tensor x, int start, int count, int step) {
    int[] starts = new int[x.rank()];
    int[] steps = new int[x.rank()];
    Arrays.fill(steps, 1);
    starts[axis] = start;
    steps[axis] = step;
    return new Tensor(
        Graph.slice(x.node(), Axes.of(starts), Axes.of(steps), x.shape().with(axis, count)));
  }

  private Tensor pad(Tensor x, int before, int after, double value) {
    int[] starts = new int[x.rank()];
    starts[axis] = before;
    Shape shape = x.shape().with(axis, before + x.dim(axis) + after);
    Node filler = Constants.full(value, Shape.SCALAR, x).node();
    return new Tensor(Graph.pad(x.node(), filler, Axes.of(starts), shape));
  }
}
