package dev.adjoint.nn;

import dev.adjoint.Tensor;
import org.jspecify.annotations.Nullable;

/** Losses of classes and of distributions, as negative logarithms of probabilities. */
abstract sealed class ClassificationLosses extends RegressionLosses permits MarginLosses {
  /** Only {@link Losses} is called. */
  ClassificationLosses() {}

  /** The mean of {@code -log softmax(logits)[target]} over samples whose target is not -100; see the other form. */
  public static Tensor crossEntropy(Tensor logits, Tensor target) {
    return crossEntropy(logits, target, CrossEntropyOptions.DEFAULT);
  }

  /**
   * The cross-entropy of the softmax of logits with a target.
   *
   * @param logits [c], [n, c] or [n, c, ...]
   * @param target class indices (i32 or i64) of the shape of the logits without the class axis; or probabilities (float) of the
   *     shape of the logits
   * @return with the mean over class indices: the sum of the weighted losses divided by the sum of the weights of the
   *     samples that count, which is NaN if none does; with that over probabilities: the sum divided by the number of samples
   * @throws IndexOutOfBoundsException if an index is known to be no class and is not the one to ignore; others throw it when the
   *     loss is computed
   * @throws IllegalArgumentException if a class is to be ignored and the target holds probabilities
   */
  public static Tensor crossEntropy(Tensor logits, Tensor target, CrossEntropyOptions options) {
    return CrossEntropy.ofLogits(logits, target, options);
  }

  /** The mean of {@code -logProbabilities[target]} over samples whose target is not -100. */
  public static Tensor nll(Tensor logProbabilities, Tensor target) {
    return nll(logProbabilities, target, CrossEntropyOptions.DEFAULT);
  }

  /** {@link #crossEntropy} of log-probabilities, as {@link Tensor#logSoftmax} gives them. */
  public static Tensor nll(Tensor logProbabilities, Tensor target, CrossEntropyOptions options) {
    return CrossEntropy.ofLogProbabilities(logProbabilities, target, options);
  }

  /** The mean of {@code -t log(p) - (1 - t) log(1 - p)} for probabilities p and targets t in [0, 1]. */
  public static Tensor binaryCrossEntropy(Tensor probability, Tensor target) {
    return binaryCrossEntropy(probability, target, Reduction.MEAN);
  }

  /** The loss without weights, reduced; see the other form. */
  public static Tensor binaryCrossEntropy(Tensor probability, Tensor target, Reduction reduction) {
    return binaryCrossEntropy(probability, target, null, reduction);
  }

  /**
   * {@code w (-t log(p) - (1 - t) log(1 - p))}, reduced. Logarithms are not below -100, so that the loss is finite at p = 0
   * and p = 1; where logits are at hand, {@link #binaryCrossEntropyWithLogits} is exact.
   *
   * @param weight w, broadcast to the shape of the probabilities, or null for 1; the mean does not divide by it
   */
  public static Tensor binaryCrossEntropy(
      Tensor probability, Tensor target, @Nullable Tensor weight, Reduction reduction) {
    Tensor t = Checks.target("binaryCrossEntropy", probability, target);
    Tensor yes = boundedLog(probability).mul(t);
    Tensor no = boundedLog(probability.rsub(1)).mul(t.rsub(1));
    return reduction.apply(weighted("binaryCrossEntropy", yes.add(no).neg(), weight));
  }

  private static Tensor boundedLog(Tensor p) {
    // exp(-100), the value where the logarithm ends, is below the smallest normal f32.
    Tensor tiny = p.lt(1e-37);
    return tiny.where(-100, tiny.where(1, p).log());
  }

  private static Tensor weighted(String op, Tensor values, @Nullable Tensor weight) {
    return weight == null ? values : values.mul(Checks.broadcast(op, "weight", weight, values));
  }

  /** The mean of {@code -t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x))} for logits x and targets t in [0, 1]. */
  public static Tensor binaryCrossEntropyWithLogits(Tensor logits, Tensor target) {
    return binaryCrossEntropyWithLogits(logits, target, Reduction.MEAN);
  }

  /** {@code max(x, 0) - x t + log(1 + exp(-|x|))}, reduced; finite for all finite logits. */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor logits, Tensor target, Reduction reduction) {
    return binaryCrossEntropyWithLogits(logits, target, null, null, reduction);
  }

  /**
   * The loss with weights: {@code w (-v t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)))}, reduced.
   *
   * @param weight w, broadcast to the shape of the logits, or null for 1; the mean does not divide by it
   * @param posWeight v, the factor of the positive targets, broadcast as well, or null for 1
   */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor logits,
      Tensor target,
      @Nullable Tensor weight,
      @Nullable Tensor posWeight,
      Reduction reduction) {
    String op = "binaryCrossEntropyWithLogits";
    Tensor t = Checks.target(op, logits, target);
    Tensor positive = logits.gt(0);
    Tensor values;
    if (posWeight == null) {
      values = positive.where(logits, 0).sub(logits.mul(t)).add(logOnePlusExp(positive, logits));
    } else {
      Tensor negated = positive.where(0, logits.neg()).add(logOnePlusExp(positive, logits));
      Tensor factor = Checks.broadcast(op, "posWeight", posWeight, logits).sub(1).mul(t).add(1);
      values = t.rsub(1).mul(logits).add(negated.mul(factor));
    }
    return reduction.apply(weighted(op, values, weight));
  }

  // log(1 + exp(-|x|)), written so that the gradient is right at 0 too.
  private static Tensor logOnePlusExp(Tensor positive, Tensor x) {
    return positive.where(x.neg(), x).exp().log1p();
  }

  /**
   * The mean over all elements of {@code t (log t - input)}, for log-probabilities as input and probabilities t. The divergence
   * of the distributions of a batch is that with {@link Reduction#BATCHMEAN}.
   */
  public static Tensor klDiv(Tensor input, Tensor target) {
    return klDiv(input, target, Reduction.MEAN);
  }

  /** {@code t (log t - input)}, 0 where t is 0; reduced. */
  public static Tensor klDiv(Tensor input, Tensor target, Reduction reduction) {
    return klDiv(input, target, false, reduction);
  }

  /**
   * The terms of the Kullback-Leibler divergence, reduced.
   *
   * @param input log-probabilities
   * @param logTarget whether the target holds log-probabilities too: {@code exp(t) (t - input)}
   */
  public static Tensor klDiv(Tensor input, Tensor target, boolean logTarget, Reduction reduction) {
    Tensor t = Checks.target("klDiv", input, target);
    return reduction.apply(logTarget ? t.exp().mul(t.sub(input)) : t.xlogy(t).sub(t.mul(input)));
  }
}
