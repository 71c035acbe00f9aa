package dev.adjoint.nn;

/**
 * The largest values of windows along one axis, {@link dev.adjoint.Tensor#maxPool1d}:
 * [n, channels, length] becomes [n, channels, length']. The n may be
 * missing.
 *
 * <p>Constructors throw {@link IllegalArgumentException} if a size, stride or dilation is not positive, or a padding negative.
 */
public final class MaxPool1d extends MaxPool {
  /** Of windows whose stride is their size. */
  public MaxPool1d(int kernelSize) {
    this(kernelSize, kernelSize);
  }

  /** Of windows without padding. */
  public MaxPool1d(int kernelSize, int stride) {
    this(kernelSize, stride, 0);
  }

  /** Of windows with padding, which is less than all numbers. */
  public MaxPool1d(int kernelSize, int stride, int padding) {
    this(kernelSize, stride, padding, 1, false);
  }

  /** Of windows with dilation; {@code ceilMode} rounds the number of windows up. */
  public MaxPool1d(int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    this(
        new int[] {kernelSize},
        new int[] {stride},
        new int[] {padding},
        new int[] {dilation},
        ceilMode);
  }

  /** Of windows with numbers for each axis. */
  public MaxPool1d(
      int[] kernelSize, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
    super(1, kernelSize, stride, padding, dilation, ceilMode);
  }
}
