package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;
import java.util.Arrays;

/**
 * Connectionist temporal classification (Graves et al. 2006): the forward recursion over the labels with blanks between them.
 *
 * <p>With l the labels of a sample, a blank before, between and behind them, and y the log-probabilities at time t,
 * {@code a[t][s] = y[l[s]] + log(exp(a[t-1][s]) + exp(a[t-1][s-1]) + exp(a[t-1][s-2]))}, the last term only where l[s] is neither
 * a blank nor l[s-2]. The loss is {@code -log(exp(a[T-1][2S]) + exp(a[T-1][2S-1]))}.
 */
final class CtcLoss {
  private static final String OP = "ctc";

  /** The logarithm of what cannot be: finite, so that no difference is NaN, and so low that its exponential is 0. */
  private static final double NEVER = -1e30;

  private final Tensor logProbs;
  private final int[] inputLengths;
  private final int[] targetLengths;
  private final int longest;

  private CtcLoss(Tensor logProbs, int[] inputLengths, int[] targetLengths) {
    this.logProbs = logProbs;
    this.inputLengths = inputLengths.clone();
    this.targetLengths = targetLengths.clone();
    this.longest = Arrays.stream(targetLengths).max().orElse(0);
  }

  static Tensor of(
      Tensor logProbs,
      Tensor targets,
      int[] inputLengths,
      int[] targetLengths,
      int blank,
      Reduction reduction,
      boolean zeroInfinity) {
    if (logProbs.dtype() != DType.F32 && logProbs.dtype() != DType.F64) {
      throw OpError.of(OP, "needs log-probabilities of type f32 or f64, not " + logProbs.dtype());
    }
    if (logProbs.rank() == 2) {
      Tensor batch = logProbs.unsqueeze(1);
      Tensor loss = of(batch, targets, inputLengths, targetLengths, blank, reduction, zeroInfinity);
      return reduction == Reduction.NONE ? loss.squeeze(0) : loss;
    }
    if (logProbs.rank() != 3 || logProbs.shape().size() == 0) {
      throw OpError.of(OP, "needs log-probabilities [t, n, c] or [t, c], not " + logProbs.shape());
    }
    if (blank < 0 || blank >= logProbs.dim(2)) {
      throw OpError.of(OP, "blank " + blank + " is no class of " + logProbs.dim(2));
    }
    var ctc = new CtcLoss(logProbs, inputLengths, targetLengths);
    ctc.requireLengths("inputLengths", inputLengths, logProbs.dim(0));
    Tensor values = ctc.values(ctc.extended(targets, blank), blank);
    Tensor impossible = values.gt(-NEVER / 10);
    values = impossible.where(zeroInfinity ? 0 : Double.POSITIVE_INFINITY, values);
    if (reduction != Reduction.MEAN) {
      return reduction.apply(values);
    }
    int[] divisors = Arrays.stream(targetLengths).map(length -> Math.max(1, length)).toArray();
    return values.div(ctc.along(divisors).to(values.dtype())).mean();
  }

  private void requireLengths(String what, int[] lengths, int most) {
    int n = logProbs.dim(1);
    if (lengths.length != n || Arrays.stream(lengths).anyMatch(x -> x < 0 || x > most)) {
      throw OpError.of(
          OP,
          what
              + " must be "
              + n
              + " numbers from 0 to "
              + most
              + ", not "
              + Arrays.toString(lengths));
    }
  }

  /** The labels with a blank before, between and behind them, [n, 2 s + 1]. */
  private Tensor extended(Tensor targets, int blank) {
    int n = logProbs.dim(1);
    if (!targets.dtype().isInteger()) {
      throw OpError.of(OP, "targets are i32 or i64, not " + targets.dtype());
    }
    Tensor padded = padded(targets);
    Tensor isThere = Tensors.arange(longest).to(logProbs.device()).lt(along(targetLengths, 1));
    Tensor labels = isThere.where(padded, blank);
    String rule = OP + ": class %d is out of range for %d classes";
    labels = new Tensor(RangeCheck.checked(rule, labels.node(), logProbs.dim(2)));
    Tensor blanks = Tensors.fullLike(labels, blank);
    Tensor pairs = Tensors.stack(-1, blanks, labels).reshape(n, 2 * longest);
    return pairs.pad(new int[] {0, 1}, "constant", blank);
  }

  /** The targets as [n, longest]. */
  private Tensor padded(Tensor targets) {
    int n = logProbs.dim(1);
    if (targets.rank() == 2 && targets.dim(0) == n) {
      requireLengths("targetLengths", targetLengths, targets.dim(1));
      return targets.narrow(1, 0, longest);
    }
    requireLengths("targetLengths", targetLengths, Integer.MAX_VALUE);
    long sum = Arrays.stream(targetLengths).asLongStream().sum();
    if (targets.rank() != 1 || targets.dim(0) != sum) {
      throw OpError.of(
          OP,
          "targets are ["
              + n
              + ", s] or, one after the other, ["
              + sum
              + "], not "
              + targets.shape());
    }
    int[] positions = new int[n * longest];
    int start = 0;
    for (int i = 0; i < n; i++) {
      for (int s = 0; s < targetLengths[i]; s++) {
        positions[i * longest + s] = start + s;
      }
      start += targetLengths[i];
    }
    return longest == 0
        ? Tensors.zeros(Shape.of(n, 0), targets.dtype())
        : targets.take(Tensors.of(positions, n, longest).to(targets.device()));
  }

  private Tensor values(Tensor labels, int blank) {
    int n = logProbs.dim(1);
    int length = 2 * longest + 1;
    Tensor sounds =
        logProbs.clampMin(NEVER).gather(2, labels.unsqueeze(0).expand(logProbs.dim(0), n, length));
    Tensor isNew = labels.ne(blank).logicalAnd(labels.ne(shifted(labels, 2, blank)));
    Tensor position = Tensors.arange(length).to(logProbs.device());
    Tensor ends = along(inputLengths, 1);
    Tensor a = position.lt(2).where(sounds.select(0, 0), NEVER);
    Tensor nothing = position.eq(0).where(Tensors.zerosLike(a), NEVER);
    a = ends.gt(0).where(a, nothing);
    for (int t = 1; t < logProbs.dim(0); t++) {
      Tensor next = isNew.where(shifted(a, 2, NEVER), NEVER);
      Tensor sum = logSum(logSum(a, shifted(a, 1, NEVER)), next);
      a = ends.gt(t).where(sum.add(sounds.select(0, t)), a);
    }
    Tensor last = along(targetLengths, 1).mul(2);
    Tensor isLast = position.eq(last).logicalOr(position.eq(last.sub(1)));
    return isLast.where(a, NEVER).logsumexp(-1, false).neg();
  }

  /** {@code log(exp(a) + exp(b))} of finite values. */
  private static Tensor logSum(Tensor a, Tensor b) {
    Tensor difference = a.sub(b);
    // max(a, b) + log(1 + exp(-|a - b|)), with a gradient where they are equal too.
    Tensor larger = difference.gt(0);
    return larger.where(a, b).add(larger.where(difference.neg(), difference).exp().log1p());
  }

  /** What was some places before along the last axis, and a value where nothing was. */
  private static Tensor shifted(Tensor x, int places, Number value) {
    int length = x.dim(-1);
    int kept = Math.max(0, length - places);
    return x.narrow(-1, 0, kept).pad(new int[] {length - kept, 0}, "constant", value);
  }

  private Tensor along(int[] perSample) {
    return Tensors.of(perSample).to(logProbs.device());
  }

  private Tensor along(int[] perSample, int axis) {
    return along(perSample).unsqueeze(axis);
  }
}
