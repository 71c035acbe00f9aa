package dev.adjoint.nn;

import org.jspecify.annotations.Nullable;

/**
 * The means of windows along three axes, {@link dev.adjoint.Tensor#avgPool3d}:
 * [n, channels, depth, height, width] becomes [n, channels, depth', height', width']. The n may be
 * missing.
 *
 * <p>Constructors throw {@link IllegalArgumentException} if a size or stride is not positive, or a padding negative.
 */
public final class AvgPool3d extends AvgPool {
  /** Of windows whose stride is their size. */
  public AvgPool3d(int kernelSize) {
    this(kernelSize, kernelSize);
  }

  /** Of windows without padding. */
  public AvgPool3d(int kernelSize, int stride) {
    this(kernelSize, stride, 0);
  }

  /** Of windows with padding by zeros, which count. */
  public AvgPool3d(int kernelSize, int stride, int padding) {
    this(kernelSize, stride, padding, false, true);
  }

  /** Of windows where {@code ceilMode} rounds their number up, and {@code countIncludePad} counts the padding. */
  public AvgPool3d(
      int kernelSize, int stride, int padding, boolean ceilMode, boolean countIncludePad) {
    this(
        new int[] {kernelSize},
        new int[] {stride},
        new int[] {padding},
        ceilMode,
        countIncludePad,
        null);
  }

  /**
   * Of windows with numbers for each axis.
   *
   * @param divisorOverride what sums are divided by, or null for the number of elements
   */
  public AvgPool3d(
      int[] kernelSize,
      int[] stride,
      int[] padding,
      boolean ceilMode,
      boolean countIncludePad,
      @Nullable Integer divisorOverride) {
    super(3, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride);
  }
}
