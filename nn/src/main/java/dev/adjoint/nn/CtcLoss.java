package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;
import java.util.Arrays;

/**
 * Connectionist temporal classification (Graves et al. 2006): the probability of all {@linkplain CtcAlignments alignments} with
 * the labels of a sample, a blank before, between and behind them. A label may follow the one two places before if it is neither
 * a blank nor the same.
 */
final class CtcLoss {
  private static final String OP = "ctc";

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
    Tensor impossible = values.gt(-CtcAlignments.NEVER / 10);
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
        logProbs
            .clampMin(CtcAlignments.NEVER)
            .gather(2, labels.unsqueeze(0).expand(logProbs.dim(0), n, length));
    Tensor isNew = labels.ne(blank).logicalAnd(labels.ne(twoBefore(labels, blank)));
    Tensor position = Tensors.arange(length).to(logProbs.device());
    Tensor last = along(targetLengths, 1).mul(2);
    Tensor isLast = position.eq(last).logicalOr(position.eq(last.sub(1)));
    return new CtcAlignments(along(inputLengths, 1), isLast).apply(sounds, isNew);
  }

  private static Tensor twoBefore(Tensor labels, int blank) {
    int kept = Math.max(0, labels.dim(-1) - 2);
    int[] padding = {labels.dim(-1) - kept, 0};
    return labels.narrow(-1, 0, kept).pad(padding, "constant", blank);
  }

  private Tensor along(int[] perSample) {
    return Tensors.of(perSample).to(logProbs.device());
  }

  private Tensor along(int[] perSample, int axis) {
    return along(perSample).unsqueeze(axis);
  }
}
