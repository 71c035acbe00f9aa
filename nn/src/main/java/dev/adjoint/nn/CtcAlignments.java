package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.CustomFunction;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Recording;
import java.util.ArrayList;
import java.util.Arrays;
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

  @Override
  protected Tensor forward(Context context, List<Tensor> inputs) {
    Tensor y = inputs.get(0);
    Tensor isNew = inputs.get(1);
    Tensor position = Tensors.arange(y.dim(2)).to(y.device());
    Tensor a = position.lt(2).where(y.select(0, 0), NEVER);
    Tensor nothing = position.eq(0).where(Tensors.zerosLike(a), NEVER);
    a = ends.gt(0).where(a, nothing);
    List<Tensor> all = new ArrayList<>(List.of(a));
    for (int t = 1; t < y.dim(0); t++) {
      Tensor next = isNew.where(earlier(a, 2), NEVER);
      a = ends.gt(t).where(logSum(a, earlier(a, 1), next).add(y.select(0, t)), a);
      all.add(a);
      settle(a, all);
    }
    context.save(Tensors.stack(all, 0));
    return isLast.where(a, NEVER).logsumexp(-1, false).neg();
  }

  @Override
  protected List<Tensor> backward(Context context, Tensor gradient) {
    Tensor y = context.input(0);
    Tensor isNew = context.input(1);
    int times = y.dim(0);
    Tensor end = isLast.where(Tensors.zerosLike(y.select(0, 0)), NEVER);
    Tensor[] all = new Tensor[times];
    all[times - 1] = end;
    for (int t = times - 2; t >= 0; t--) {
      Tensor after = all[t + 1].add(y.select(0, t + 1));
      Tensor next = later(isNew.where(after, NEVER), 2);
      all[t] = ends.gt(t + 1).where(logSum(after, later(after, 1), next), end);
      settle(all[t], Arrays.asList(all).subList(t, times));
    }
    Tensor shares = context.saved(0).add(Tensors.stack(Arrays.asList(all), 0)).softmax(-1);
    Tensor isThere = Tensors.arange(times).to(y.device()).reshape(times, 1, 1).lt(ends);
    Tensor byY = isThere.where(shares.mul(gradient.unsqueeze(-1).neg()), 0);
    return List.of(byY, Tensors.zerosLike(isNew));
  }

  @Override
  protected String name() {
    return "ctc";
  }

  /** Computes what there is where the graph is deep: what is recorded on deeper ones is computed piece by piece. */
  private static void settle(Tensor last, List<Tensor> all) {
    if (last.node().depth() > Graph.MAX_DEPTH / 2 && !Recording.isDeferred()) {
      Tensor.realize(all);
    }
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
