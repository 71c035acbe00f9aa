package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.CustomFunction;
import dev.adjoint.graph.Recording;
import java.util.ArrayList;
import java.util.List;

/**
 * Minus the logarithm of the probability of all alignments of inputs with labels, [n], of the log-probabilities y [t, n, s] that
 * the inputs at a time give the labels, and of which labels [n, s] may follow the one two places before them.
 *
 * <p>With {@code a[t][s] = y[t][s] + log(exp(a[t-1][s]) + exp(a[t-1][s-1]) + exp(a[t-1][s-2]))}, the last term only where label s
 * may follow label s-2, the probability is that of the last two labels at the end. With the same sum b from the end on, without
 * the y of its own time, the gradient by y[t] is {@code -softmax(a[t] + b[t])}, the share of alignments that have a label then:
 * so a backward pass is one more recursion, and not that of each operation.
 */
final class CtcAlignments extends CustomFunction {
  /** The logarithm of what cannot be: finite, so that no difference is NaN, and so low that its exponential is 0. */
  static final double NEVER = -1e30;

  /** Recursions over more times are computed in pieces; others stay one graph with what is recorded before and behind them. */
  private static final int LONG = 128;

  private static final int PIECE = 16;

  private final Tensor ends;
  private final Tensor isLast;

  /**
   * The function of samples.
   *
   * @param ends how many inputs there are, [n, 1]
   * @param isLast which labels alignments may end with, [n, s]
   */
  CtcAlignments(Tensor ends, Tensor isLast) {
    this.ends = ends;
    this.isLast = isLast;
  }

  /** One time of a recursion. */
  @FunctionalInterface
  private interface Step {
    /** What there is after a time t, of what there was before it and the log-probabilities of that time. */
    Tensor apply(int t, Tensor before, Tensor y);
  }

  @Override
  protected Tensor forward(Context context, List<Tensor> inputs) {
    Tensor y = inputs.get(0);
    Tensor isNew = inputs.get(1);
    Tensor position = Tensors.arange(y.dim(2)).to(y.device());
    Tensor nothing = position.eq(0).where(Tensors.zerosLike(y.select(0, 0)), NEVER);
    List<Tensor> all =
        recursion(
            y,
            nothing,
            isNew,
            false,
            (t, a, now) -> {
              Tensor next = isNew.where(earlier(a, 2), NEVER);
              return ends.gt(t).where(logSum(a, earlier(a, 1), next).add(now), a);
            });
    context.save(Tensors.stack(all, 0));
    return isLast.where(all.getLast(), NEVER).logsumexp(-1, false).neg();
  }

  @Override
  protected List<Tensor> backward(Context context, Tensor gradient) {
    Tensor y = context.input(0);
    Tensor isNew = context.input(1);
    int times = y.dim(0);
    Tensor end = isLast.where(Tensors.zerosLike(y.select(0, 0)), NEVER);
    List<Tensor> all =
        recursion(
            y,
            end,
            isNew,
            true,
            (t, b, now) -> {
              Tensor after = b.add(now);
              Tensor next = later(isNew.where(after, NEVER), 2);
              return ends.gt(t).where(logSum(after, later(after, 1), next), end);
            });
    // What there is before a time is what there is behind the one before it.
    all.addFirst(end);
    all.removeLast();
    Tensor shares = context.saved(0).add(Tensors.stack(all.reversed(), 0)).softmax(-1);
    Tensor isThere = Tensors.arange(times).to(y.device()).reshape(times, 1, 1).lt(ends);
    Tensor byY = isThere.where(shares.mul(gradient.unsqueeze(-1).neg()), 0);
    return List.of(byY, Tensors.zerosLike(isNew));
  }

  /**
   * What there is after each time, in the order in which they come. A long recursion is computed in pieces: they are equal
   * graphs, of which one is planned.
   *
   * @param backwards whether the last time comes first
   */
  private List<Tensor> recursion(
      Tensor y, Tensor first, Tensor isNew, boolean backwards, Step step) {
    boolean inPieces = y.dim(0) > LONG && !Recording.isDeferred();
    List<Tensor> pieces = inPieces ? y.split(PIECE, 0) : List.of(y);
    if (inPieces) {
      Tensor.realize(List.of(y, first, isNew, ends, isLast));
      Tensor.realize(pieces);
    }
    List<Tensor> all = new ArrayList<>();
    Tensor state = first;
    int t = backwards ? y.dim(0) : -1;
    for (Tensor piece : backwards ? pieces.reversed() : pieces) {
      int begin = all.size();
      int length = piece.dim(0);
      for (int i = 0; i < length; i++) {
        t += backwards ? -1 : 1;
        state = step.apply(t, state, piece.select(0, backwards ? length - 1 - i : i));
        all.add(state);
      }
      if (inPieces) {
        Tensor.realize(all.subList(begin, begin + length));
      }
    }
    return all;
  }

  @Override
  protected String name() {
    return "ctc";
  }

  /** {@code log(exp(a) + exp(b) + exp(c))} of finite values. */
  private static Tensor logSum(Tensor a, Tensor b, Tensor c) {
    Tensor largest = a.maximum(b).maximum(c).detach();
    Tensor sum = a.sub(largest).exp().add(b.sub(largest).exp()).add(c.sub(largest).exp());
    return sum.log().add(largest);
  }

  /** What was some labels before, and never before the first one. */
  private static Tensor earlier(Tensor x, int labels) {
    int kept = Math.max(0, x.dim(-1) - labels);
    return x.narrow(-1, 0, kept).pad(new int[] {x.dim(-1) - kept, 0}, "constant", NEVER);
  }

  /** What is some labels behind, and never behind the last one. */
  private static Tensor later(Tensor x, int labels) {
    int kept = Math.max(0, x.dim(-1) - labels);
    int left = x.dim(-1) - kept;
    return x.narrow(-1, left, kept).pad(new int[] {0, left}, "constant", NEVER);
  }
}
