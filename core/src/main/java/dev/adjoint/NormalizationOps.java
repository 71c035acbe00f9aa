package dev.adjoint;

import dev.adjoint.ops.Autocast;
import dev.adjoint.ops.Dropouts;
import dev.adjoint.ops.Normalizations;
import org.jspecify.annotations.Nullable;

/**
 * Normalisations and dropout of floats, as in {@code torch.nn.functional}.
 *
 * <p>Normal values are {@code (x - mean) / sqrt(variance + eps)}, with the variance that divides by the count; they are then
 * multiplied by a weight and added to a bias, if there are any. Of f16 and bf16 all is computed in f32 and rounded at the end;
 * weight and bias are of the type of the input, or f32 then.
 *
 * <p>All throw {@link IllegalArgumentException} if the input is of no float type, or shapes or types do not fit.
 */
public sealed interface NormalizationOps permits Tensor {
  /**
   * Normal values of each channel in evaluation: {@link #batchNorm(Variable, Variable, Tensor, Tensor, boolean)} without
   * training, weight and bias.
   */
  default Tensor batchNorm(Variable runningMean, Variable runningVar) {
    return batchNorm(runningMean, runningVar, null, null, false, 0.1, 1e-5);
  }

  /** {@link #batchNorm(Variable, Variable, Tensor, Tensor, boolean, double, double)} with a momentum of 0.1 and eps 1e-5. */
  default Tensor batchNorm(
      @Nullable Variable runningMean,
      @Nullable Variable runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean training) {
    return batchNorm(runningMean, runningVar, weight, bias, training, 0.1, 1e-5);
  }

  /**
   * Normal values of each channel of [n, channels, ...].
   *
   * <p>In training, mean and variance are those of the batch, and those that are running, if there are any, move towards them:
   * {@code running + momentum (new - running)}, where the new variance divides by the count minus 1. Else the running ones are
   * used.
   *
   * @param weight [channels] or null, as bias
   */
  default Tensor batchNorm(
      @Nullable Variable runningMean,
      @Nullable Variable runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean training,
      double momentum,
      double eps) {
    return Normalizations.batch(
        "batchNorm", (Tensor) this, runningMean, runningVar, weight, bias, training, momentum, eps);
  }

  /** Normal values over the last axes, whose sizes are given, with eps 1e-5. */
  default Tensor layerNorm(int... normalizedShape) {
    return layerNorm(normalizedShape, null, null, 1e-5);
  }

  /** Normal values over the last axes, whose sizes are given and are those of weight and bias, with eps 1e-5. */
  default Tensor layerNorm(int[] normalizedShape, @Nullable Tensor weight, @Nullable Tensor bias) {
    return layerNorm(normalizedShape, weight, bias, 1e-5);
  }

  /** Normal values over the last axes, whose sizes are given and are those of weight and bias. */
  default Tensor layerNorm(
      int[] normalizedShape, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    return Normalizations.layer(Autocast.wide((Tensor) this), normalizedShape, weight, bias, eps);
  }

  /** Normal values over groups of channels and all further axes of [n, channels, ...], with eps 1e-5. */
  default Tensor groupNorm(int numGroups) {
    return groupNorm(numGroups, null, null, 1e-5);
  }

  /** Normal values over groups of channels and all further axes, with weight and bias [channels], and eps 1e-5. */
  default Tensor groupNorm(int numGroups, @Nullable Tensor weight, @Nullable Tensor bias) {
    return groupNorm(numGroups, weight, bias, 1e-5);
  }

  /** Normal values over groups of channels and all further axes of [n, channels, ...]; weight and bias are [channels]. */
  default Tensor groupNorm(
      int numGroups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    return Normalizations.group(Autocast.wide((Tensor) this), numGroups, weight, bias, eps);
  }

  /** Normal values of each channel of each element of the batch, with eps 1e-5. */
  default Tensor instanceNorm() {
    return instanceNorm(null, null, null, null, true, 0.1, 1e-5);
  }

  /**
   * Normal values of each channel of each element of the batch, of [n, channels, ...].
   *
   * <p>With {@code useInputStats} running statistics, if there are any, move towards the means over the batch, as in {@link
   * #batchNorm(Variable, Variable, Tensor, Tensor, boolean, double, double)}. Without, they are used, as in its evaluation.
   */
  default Tensor instanceNorm(
      @Nullable Variable runningMean,
      @Nullable Variable runningVar,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      boolean useInputStats,
      double momentum,
      double eps) {
    return Normalizations.instance(
        (Tensor) this, runningMean, runningVar, weight, bias, useInputStats, momentum, eps);
  }

  /**
   * {@code x / sqrt(mean(x^2) + eps)} over the last axes, whose sizes are given; eps is {@link DType#epsilon} of the type
   * computed in.
   */
  default Tensor rmsNorm(int... normalizedShape) {
    return rmsNorm(normalizedShape, null, null);
  }

  /** {@code x / sqrt(mean(x^2) + eps) * weight} over the last axes; eps is {@link DType#epsilon} of the type computed in. */
  default Tensor rmsNorm(int[] normalizedShape, @Nullable Tensor weight) {
    return rmsNorm(normalizedShape, weight, null);
  }

  /**
   * {@code x / sqrt(mean(x^2) + eps) * weight} over the last axes; no eps means {@link DType#epsilon} of the type computed in.
   */
  default Tensor rmsNorm(int[] normalizedShape, @Nullable Tensor weight, @Nullable Double eps) {
    Tensor x = (Tensor) this;
    double least = eps == null ? x.dtype().register().epsilon() : eps;
    return Normalizations.rms(Autocast.wide(x), normalizedShape, weight, least);
  }

  /** {@link #localResponseNorm(int, double, double, double)} with alpha 1e-4, beta 0.75 and k 1. */
  default Tensor localResponseNorm(int size) {
    return localResponseNorm(size, 1e-4, 0.75, 1);
  }

  /**
   * {@code x / (k + alpha m)^beta} of [n, channels, ...], where m is the mean of the squares of {@code size} channels, of which
   * {@code size / 2} are before; channels outside are 0, and count.
   */
  default Tensor localResponseNorm(int size, double alpha, double beta, double k) {
    return Normalizations.localResponse((Tensor) this, size, alpha, beta, k);
  }

  /** Zeros with a probability of one half, and the others doubled, see {@link #dropout(double, boolean)}. */
  default Tensor dropout() {
    return dropout(0.5);
  }

  /** {@link #dropout(double, boolean)} in training. */
  default Tensor dropout(double p) {
    return dropout(p, true);
  }

  /**
   * In training, zeros with a probability p, and the others over {@code 1 - p}, by {@link Random#standard}; else this.
   *
   * @throws IllegalArgumentException if p is not in [0, 1]
   */
  default Tensor dropout(double p, boolean training) {
    return Dropouts.dropout("dropout", (Tensor) this, p, training, ((Tensor) this).rank());
  }

  /** {@link #dropout(double, boolean)} of whole channels of [n, channels, ...]: all elements of one share a draw. */
  default Tensor featureDropout(double p, boolean training) {
    return Dropouts.dropout("featureDropout", (Tensor) this, p, training, 2);
  }

  /**
   * In training, elements are replaced by -1.7581, the limit of {@link ActivationOps#selu}, with a probability p, and all then
   * scaled and shifted so that a mean of 0 and a variance of 1 stay; else this.
   *
   * @throws IllegalArgumentException if p is not in [0, 1]
   */
  default Tensor alphaDropout(double p, boolean training) {
    return Dropouts.alpha("alphaDropout", (Tensor) this, p, training, ((Tensor) this).rank());
  }

  /** {@link #alphaDropout} of whole channels of [n, channels, ...]: all elements of one share a draw. */
  default Tensor featureAlphaDropout(double p, boolean training) {
    return Dropouts.alpha("featureAlphaDropout", (Tensor) this, p, training, 2);
  }
}
