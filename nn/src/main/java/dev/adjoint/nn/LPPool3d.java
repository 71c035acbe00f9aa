package dev.adjoint.nn;

/**
 * The norms {@code (sum x^p)^(1/p)} of windows along three axes: [n, channels, depth, height, width] becomes [n, channels,
 * depth', height', width']. The n may be missing.
 *
 * <p>As in PyTorch, powers are of values and not of absolute values, so an odd p wants values from 0 on. A window that
 * {@code ceilMode} adds, of fewer elements, is scaled up to a full one. Where a norm is 0, its gradient is too.
 *
 * <p>Constructors throw {@link IllegalArgumentException} if a size or stride is not positive.
 */
public final class LPPool3d extends LPPool {
  /** Of windows whose stride is their size. */
  public LPPool3d(double normType, int kernelSize) {
    this(normType, kernelSize, kernelSize, false);
  }

  /** Of windows where {@code ceilMode} rounds their number up. */
  public LPPool3d(double normType, int kernelSize, int stride, boolean ceilMode) {
    this(normType, new int[] {kernelSize}, new int[] {stride}, ceilMode);
  }

  /** Of windows with numbers for each axis. */
  public LPPool3d(double normType, int[] kernelSize, int[] stride, boolean ceilMode) {
    super(3, normType, kernelSize, stride, ceilMode);
  }
}
