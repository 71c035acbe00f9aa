package dev.adjoint.nn;

import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation of [n, c, height, width] per channel: {@code (x - mean) / sqrt(variance + eps) * weight + bias}.
 *
 * <p>In training the statistics are those of the batch, and running statistics move towards them by the momentum (the running
 * variance towards the one that divides by the count minus 1); without a momentum they are the means over all batches. In
 * evaluation the running statistics are used, or those of the batch if there are none. The buffers are {@code running_mean},
 * {@code running_var} and {@code num_batches_tracked}, an i64 scalar.
 */
public final class BatchNorm2d extends BatchNorm {
  /** With eps 1e-5, momentum 0.1, weight and bias, and running statistics. */
  public BatchNorm2d(int numFeatures) {
    this(numFeatures, 1e-5, 0.1);
  }

  /** With weight and bias, and running statistics. */
  public BatchNorm2d(int numFeatures, double eps, @Nullable Double momentum) {
    this(numFeatures, eps, momentum, true, true);
  }

  /** With all options. */
  public BatchNorm2d(
      int numFeatures,
      double eps,
      @Nullable Double momentum,
      boolean affine,
      boolean trackRunningStats) {
    this(eps, momentum, affine, trackRunningStats);
    size("the number of channels", numFeatures);
  }

  /** Of as many channels as the first input has. */
  public BatchNorm2d() {
    this(1e-5, 0.1, true, true);
  }

  /** Of as many channels as the first input has, with all options. */
  public BatchNorm2d(
      double eps, @Nullable Double momentum, boolean affine, boolean trackRunningStats) {
    super(2, eps, momentum, affine, trackRunningStats);
  }
}
