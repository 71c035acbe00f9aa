package dev.adjoint.nn;

import org.jspecify.annotations.Nullable;

/**
 * Instance normalisation of [n, c, height, width] per element and channel: {@code (x - mean) / sqrt(variance + eps)}, and
 * {@code * weight + bias} if it is affine. The n may be missing.
 *
 * <p>If running statistics are tracked, they move in training towards the means over the batch, by the momentum, or not at all
 * without one, and are used in evaluation; {@code num_batches_tracked} stays 0, as in PyTorch.
 */
public final class InstanceNorm2d extends InstanceNorm {
  /** With eps 1e-5, without weight and bias, and without running statistics. */
  public InstanceNorm2d(int numFeatures) {
    this(numFeatures, 1e-5, 0.1);
  }

  /** With neither weight and bias nor running statistics. */
  public InstanceNorm2d(int numFeatures, double eps, @Nullable Double momentum) {
    this(numFeatures, eps, momentum, false, false);
  }

  /** With all options. */
  public InstanceNorm2d(
      int numFeatures,
      double eps,
      @Nullable Double momentum,
      boolean affine,
      boolean trackRunningStats) {
    this(eps, momentum, affine, trackRunningStats);
    size("the number of channels", numFeatures);
  }

  /** Of as many channels as the first input has. */
  public InstanceNorm2d() {
    this(1e-5, 0.1, false, false);
  }

  /** Of as many channels as the first input has, with all options. */
  public InstanceNorm2d(
      double eps, @Nullable Double momentum, boolean affine, boolean trackRunningStats) {
    super(2, eps, momentum, affine, trackRunningStats);
  }
}
