package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/**
 * Loss functions: how wrong predictions are.
 *
 * <p>Which one for what: a number to predict, {@link #mse}, or {@link #l1} and {@link #huber} where outliers must not
 * dominate; one class of several, {@link #crossEntropy} of logits; yes or no, also several at once,
 * {@link #binaryCrossEntropyWithLogits}; a distribution to match, {@link #klDiv}; a margin as in support vector
 * machines, {@link #hinge}; embeddings, {@link #cosineEmbedding} and {@link #triplet}.
 *
 * <p>Predictions and targets have one shape, nothing is broadcast. Without an option the result is the mean, a scalar.
 */
public final class Losses {
  private Losses() {}

  /** The mean of {@code (prediction - target)^2}. */
  public static Tensor mse(Tensor prediction, Tensor target) {
    return mse(prediction, target, Reduction.MEAN);
  }

  /** {@code (prediction - target)^2}, reduced. */
  public static Tensor mse(Tensor prediction, Tensor target, Reduction reduction) {
    return reduction.apply(difference("mse", prediction, target).square());
  }

  /** The mean of {@code |prediction - target|}. */
  public static Tensor l1(Tensor prediction, Tensor target) {
    return l1(prediction, target, Reduction.MEAN);
  }

  /** {@code |prediction - target|}, reduced. */
  public static Tensor l1(Tensor prediction, Tensor target, Reduction reduction) {
    return reduction.apply(difference("l1", prediction, target).abs());
  }

  /** The mean of the Huber loss with a threshold of 1. */
  public static Tensor huber(Tensor prediction, Tensor target) {
    return huber(prediction, target, 1, Reduction.MEAN);
  }

  /**
   * With d = prediction - target: {@code d^2 / 2} where |d| is up to delta, {@code delta * (|d| - delta / 2)} beyond;
   * reduced.
   *
   * @param delta above 0; with infinity it is half the squared error
   */
  public static Tensor huber(Tensor prediction, Tensor target, double delta, Reduction reduction) {
    if (!(delta > 0)) {
      throw OpError.of("huber", "delta must be above 0, not " + delta);
    }
    Tensor size = difference("huber", prediction, target).abs();
    Tensor bent = size.minimum(delta);
    return reduction.apply(bent.mul(size.sub(bent.mul(0.5))));
  }

  /** The mean of the smooth L1 loss with a threshold of 1, the same as the Huber loss. */
  public static Tensor smoothL1(Tensor prediction, Tensor target) {
    return smoothL1(prediction, target, 1, Reduction.MEAN);
  }

  /**
   * The Huber loss with delta = beta, divided by beta; reduced.
   *
   * @param beta from 0 on; with 0 it is {@link #l1}
   */
  public static Tensor smoothL1(
      Tensor prediction, Tensor target, double beta, Reduction reduction) {
    if (!(beta >= 0)) {
      throw OpError.of("smoothL1", "beta must be from 0 on, not " + beta);
    }
    Tensor size = difference("smoothL1", prediction, target).abs();
    // What f32 rounds to 0 must not be divided by either; the two losses then differ by less than
    // beta.
    if (beta < Float.MIN_NORMAL) {
      return reduction.apply(size);
    }
    Tensor bent = size.minimum(beta);
    return reduction.apply(bent.div(beta).mul(size.sub(bent.mul(0.5))));
  }

  /** The mean of {@code -log softmax(logits)[target]}; see the other form. */
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
   *     samples that count
   * @throws IndexOutOfBoundsException if an index is known to be no class; others throw it when the loss is computed
   */
  public static Tensor crossEntropy(Tensor logits, Tensor target, CrossEntropyOptions options) {
    return CrossEntropy.ofLogits(logits, target, options);
  }

  /** The mean of {@code -logProbabilities[target]}. */
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

  /**
   * {@code -t log(p) - (1 - t) log(1 - p)}, reduced. Logarithms are not below -100, so that the loss is finite at p = 0
   * and p = 1; where logits are at hand, {@link #binaryCrossEntropyWithLogits} is exact.
   */
  public static Tensor binaryCrossEntropy(Tensor probability, Tensor target, Reduction reduction) {
    Tensor t = matching("binaryCrossEntropy", probability, target);
    Tensor yes = boundedLog(probability).mul(t);
    Tensor no = boundedLog(probability.rsub(1)).mul(t.rsub(1));
    return reduction.apply(yes.add(no).neg());
  }

  private static Tensor boundedLog(Tensor p) {
    // exp(-100), the value where the logarithm ends, is below the smallest normal f32.
    Tensor tiny = p.lt(1e-37);
    return tiny.where(-100, tiny.where(1, p).log());
  }

  /** The mean of {@code -t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x))} for logits x and targets t in [0, 1]. */
  public static Tensor binaryCrossEntropyWithLogits(Tensor logits, Tensor target) {
    return binaryCrossEntropyWithLogits(logits, target, Reduction.MEAN);
  }

  /** {@code max(x, 0) - x t + log(1 + exp(-|x|))}, reduced; finite for all finite logits. */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor logits, Tensor target, Reduction reduction) {
    Tensor t = matching("binaryCrossEntropyWithLogits", logits, target);
    Tensor positive = logits.gt(0);
    return reduction.apply(
        positive.where(logits, 0).sub(logits.mul(t)).add(logOnePlusExp(positive, logits)));
  }

  /**
   * The loss with a factor for the positive targets: {@code -w t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x))},
   * reduced.
   *
   * @param positiveWeight w, broadcast to the shape of the logits
   */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor logits, Tensor target, Tensor positiveWeight, Reduction reduction) {
    Tensor t = matching("binaryCrossEntropyWithLogits", logits, target);
    Tensor positive = logits.gt(0);
    Tensor negated = positive.where(0, logits.neg()).add(logOnePlusExp(positive, logits));
    Tensor factor = positiveWeight.sub(1).mul(t).add(1);
    return reduction.apply(t.rsub(1).mul(logits).add(negated.mul(factor)));
  }

  // log(1 + exp(-|x|)), written so that the gradient is right at 0 too.
  private static Tensor logOnePlusExp(Tensor positive, Tensor x) {
    return positive.where(x.neg(), x).exp().log1p();
  }

  /** The mean over the batch of {@code sum t (log t - input)}, for log-probabilities as input and probabilities t. */
  public static Tensor klDiv(Tensor logInput, Tensor target) {
    return klDiv(logInput, target, Reduction.MEAN);
  }

  /** {@code t (log t - input)}, 0 where t is 0; reduced, where the mean divides the sum by the size of axis 0. */
  public static Tensor klDiv(Tensor logInput, Tensor target, Reduction reduction) {
    Tensor t = matching("klDiv", logInput, target);
    Tensor values = t.xlogy(t).sub(t.mul(logInput));
    return reduction == Reduction.MEAN && logInput.rank() > 0
        ? values.sum().div(logInput.dim(0))
        : reduction.apply(values);
  }

  /** The mean of {@code max(0, 1 - t y)} for scores y and targets t of -1 or 1. */
  public static Tensor hinge(Tensor scores, Tensor target) {
    return hinge(scores, target, Reduction.MEAN);
  }

  /** {@code max(0, 1 - t y)}, reduced. */
  public static Tensor hinge(Tensor scores, Tensor target, Reduction reduction) {
    return reduction.apply(matching("hinge", scores, target).mul(scores).rsub(1).relu());
  }

  /**
   * With s the cosine similarity of rows a and b: {@code 1 - s} where the target is 1, {@code max(0, s - margin)} where
   * it is -1; reduced.
   *
   * @param a [n, d]
   * @param b [n, d]
   * @param target [n] of 1 and -1
   */
  public static Tensor cosineEmbedding(
      Tensor a, Tensor b, Tensor target, double margin, Reduction reduction) {
    Checks.sameShape("cosineEmbedding", "input", a, "input", b);
    Tensor dot = a.mul(b).sum(-1);
    // Kept from zero, where the root has no gradient.
    Tensor lengths = a.square().sum(-1).mul(b.square().sum(-1)).clampMin(1e-16).sqrt();
    Tensor similarity = dot.div(lengths);
    Checks.sameShape("cosineEmbedding", "similarities", similarity, "target", target);
    return reduction.apply(target.gt(0).where(similarity.rsub(1), similarity.sub(margin).relu()));
  }

  /**
   * {@code max(0, |anchor - positive| - |anchor - negative| + margin)} with Euclidean lengths of rows; reduced.
   *
   * @param anchor [n, d], as the others
   */
  public static Tensor triplet(
      Tensor anchor, Tensor positive, Tensor negative, double margin, Reduction reduction) {
    Tensor near = length(difference("triplet", anchor, positive));
    Tensor far = length(difference("triplet", anchor, negative));
    return reduction.apply(near.sub(far).add(margin).relu());
  }

  private static Tensor length(Tensor rows) {
    return rows.square().sum(-1).clampMin(1e-16).sqrt();
  }

  private static Tensor difference(String op, Tensor prediction, Tensor target) {
    return prediction.sub(matching(op, prediction, target));
  }

  /** The target in the type of the prediction, of one shape with it. */
  private static Tensor matching(String op, Tensor prediction, Tensor target) {
    Checks.sameShape(op, "prediction", prediction, "target", target);
    if (!prediction.dtype().isFloat()) {
      throw OpError.of(op, "the prediction must be of a float type, not " + prediction.dtype());
    }
    return target.to(prediction.dtype());
  }
}
