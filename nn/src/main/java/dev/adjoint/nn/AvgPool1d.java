package dev.adjoint.nn;

/**
 * The means of windows along one axis, {@link dev.adjoint.Tensor#avgPool1d}:
 * [n, channels, length] becomes [n, channels, length']. The n may be
 * missing.
 *
 * <p>Constructors throw {@link IllegalArgumentException} if a size or stride is not positive, or a padding negative.
 */
public final class AvgPool1d extends AvgPool {
  /** Of windows whose stride is their size. */
  public AvgPool1d(int kernelSize) {
    this(kernelSize, kernelSize);
  }

  /** Of windows without padding. */
  public AvgPool1d(int kernelSize, int stride) {
    this(kernelSize, stride, 0);
  }

  /** Of windows with padding by zeros, which count. */
  public AvgPool1d(int kernelSize, int stride, int padding) {
    this(kernelSize, stride, padding, false, true);
  }

  /** Of windows where {@code ceilMode} rounds their number up, and {@code countIncludePad} counts the padding. */
  public AvgPool1d(
      int kernelSize, int stride, int padding, boolean ceilMode, boolean countIncludePad) {
    super(
        1,
        new int[] {kernelSize},
        new int[] {stride},
        new int[] {padding},
        ceilMode,
        countIncludePad,
        null);
  }
}
