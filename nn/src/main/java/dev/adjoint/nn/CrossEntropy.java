package dev.adjoint.nn;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The losses of classification, over the class axis of [c], [n, c] or [n, c, ...].
 *
 * <p>The label is compared with the class numbers instead of being looked up, so that a loss and its gradient are one
 * pass over the row of a sample, together with the softmax.
 */
final class CrossEntropy {
  private final String op;
  private final Tensor scores;
  private final int axis;
  private final CrossEntropyOptions options;

  /** A loss of scores: {@code -log p = normalizer - score}. */
  private CrossEntropy(String op, Tensor scores, CrossEntropyOptions options) {
    this.op = op;
    this.scores = scores;
    this.axis = classAxis(scores);
    this.options = options;
    Tensor weights = options.classWeights();
    if (weights != null && !weights.shape().equals(Shape.of(classes()))) {
      throw OpError.of(
          op, "class weights " + weights.shape() + " do not fit " + classes() + " classes");
    }
  }

  static Tensor ofLogits(Tensor logits, Tensor target, CrossEntropyOptions options) {
    requireScores("crossEntropy", logits);
    int axis = classAxis(logits);
    // Shifting by the maximum changes neither the value nor the gradient.
    Tensor shifted = logits.sub(logits.detach().amax(axis, true));
    Tensor normalizer = shifted.exp().sum(axis, true).log();
    var loss = new CrossEntropy("crossEntropy", shifted, options);
    return isSoft("crossEntropy", logits, target)
        ? loss.soft(target, normalizer)
        : loss.hard(target, normalizer);
  }

  static Tensor ofLogProbabilities(
      Tensor logProbabilities, Tensor target, CrossEntropyOptions options) {
    requireScores("nll", logProbabilities);
    var loss = new CrossEntropy("nll", logProbabilities, options);
    Tensor none = Tensors.zerosLike(logProbabilities.narrow(classAxis(logProbabilities), 0, 1));
    return isSoft("nll", logProbabilities, target)
        ? loss.soft(target, none)
        : loss.hard(target, none);
  }

  private static int classAxis(Tensor scores) {
    return scores.rank() == 1 ? 0 : 1;
  }

  private static void requireScores(String op, Tensor scores) {
    if (scores.rank() == 0 || !scores.dtype().isFloat()) {
      throw OpError.of(
          op,
          "needs float scores of shape [c] or [n, c, ...], not " + scores.dtype() + scores.shape());
    }
  }

  private static boolean isSoft(String op, Tensor scores, Tensor target) {
    if (target.dtype().isFloat()) {
      if (!target.shape().equals(scores.shape())) {
        throw OpError.of(
            op,
            "a "
                + target.dtype()
                + " target holds probabilities and needs the shape "
                + scores.shape()
                + " of the scores, not "
                + target.shape()
                + "; class indices are i32 or i64");
      }
      return true;
    }
    Shape expected = scores.select(classAxis(scores), 0).shape();
    if (!target.dtype().isInteger() || !target.shape().equals(expected)) {
      throw OpError.of(
          op,
          "class indices for scores "
              + scores.shape()
              + " are i32 or i64 of shape "
              + expected
              + ", not "
              + target.dtype()
              + target.shape());
    }
    return false;
  }

  private int classes() {
    return scores.dim(axis);
  }

  private Tensor hard(Tensor target, Tensor normalizer) {
    Tensor index = target.unsqueeze(axis);
    Tensor counts = counts(index);
    Tensor isLabel =
        checked(index, counts)
            .eq(alongClasses(Tensors.arange(classes()).to(target.dtype()).to(scores.device())));
    Tensor values = normalizer.sub(isLabel.where(scores, 0).sum(axis, true));
    Tensor weights = weights();
    Tensor weight = weights == null ? null : isLabel.where(weights, 0).sum(axis, true);
    values = weight == null ? values : values.mul(weight);
    values = smoothed(values, normalizer);
    if (counts == null) {
      return reduced(values, weight);
    }
    Tensor ones = counts.where(weight == null ? Tensors.onesLike(values) : weight, 0);
    return reduced(counts.where(values, 0), ones);
  }

  /** Which samples count, or null if it is known that all do. */
  private @Nullable Tensor counts(Tensor index) {
    long ignored = options.ignoreIndex();
    boolean isClass = ignored >= 0 && ignored < classes();
    if (!isClass && RangeCheck.passes(index.node(), classes())) {
      return null;
    }
    // In a narrow type the index could wrap around to a class.
    return (index.dtype().isNarrow() ? index.toInt() : index).ne(ignored);
  }

  /** Class indices where samples count: one that is no class must not pass as a sample without a label. */
  private Tensor checked(Tensor index, @Nullable Tensor counts) {
    String rule = op + ": class %d is out of range for %d classes";
    Tensor labels = index;
    if (counts != null && !RangeCheck.passes(index.node(), classes())) {
      RangeCheck.requireInRange(rule, index.node(), classes(), options.ignoreIndex());
      labels = counts.where(index, 0);
    }
    return new Tensor(RangeCheck.checked(rule, labels.node(), classes()));
  }

  private Tensor soft(Tensor target, Tensor normalizer) {
    if (options.ignoreIndex() >= 0) {
      throw OpError.of(
          op,
          "class "
              + options.ignoreIndex()
              + " can be ignored only if the target holds class indices, it holds probabilities");
    }
    Tensor terms = normalizer.sub(scores).mul(target.to(scores.dtype()));
    Tensor weights = weights();
    Tensor values = (weights == null ? terms : terms.mul(weights)).sum(axis, true);
    return reduced(smoothed(values, normalizer), null);
  }

  private Tensor smoothed(Tensor values, Tensor normalizer) {
    double part = options.labelSmoothing();
    if (part == 0) {
      return values;
    }
    Tensor weights = weights();
    Tensor all = normalizer.sub(scores);
    Tensor even = (weights == null ? all : all.mul(weights)).sum(axis, true).mul(part / classes());
    return values.mul(1 - part).add(even);
  }

  /** The mean is weighted: it divides by the sum of the weights of the samples. */
  private Tensor reduced(Tensor values, @Nullable Tensor weight) {
    return switch (options.reduction()) {
      case MEAN ->
          weight == null ? values.sum().div(values.size()) : values.sum().div(weight.sum());
      case SUM, BATCHMEAN -> options.reduction().apply(values);
      case NONE -> values.squeeze(axis);
    };
  }

  private @Nullable Tensor weights() {
    Tensor weights = options.classWeights();
    return weights == null ? null : alongClasses(weights.to(scores.dtype()));
  }

  private Tensor alongClasses(Tensor perClass) {
    int[] dims = new int[scores.rank()];
    Arrays.fill(dims, 1);
    dims[axis] = classes();
    return perClass.reshape(dims);
  }
}
