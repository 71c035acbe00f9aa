package dev.adjoint.nn;

/**
 * The largest values of windows along three axes, {@link dev.adjoint.Tensor#maxPool3d}:
 * [n, channels, depth, height, width] becomes [n, channels, depth', height', width']. The n may be
 * missing.
 *
 * <p>Constructors throw {@link IllegalArgumentException} if a size, stride or dilation is not positive, or a padding negative.
 */
public final class MaxPool3d extends MaxPool {
  /** Of windows whose stride is their size. */
  public MaxPool3d(int kernelSize) {
    this(kernelSize, kernelSize);
  }

  /** Of windows without padding. */
  public MaxPool3d(int kernelSize, int stride) {
    this(kernelSize, stride, 0);
  }

  /** Of windows with padding, which is less than all numbers. */
  public MaxPool3d(int kernelSize, int stride, int padding) {
    this(kernelSize, stride, padding, 1, false);
  }

  /** Of windows with dilation; {@code ceilMode} rounds the number of windows up. */
  public MaxPool3d(int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    this(
        new int[] {kernelSize},
        new int[] {stride},
        new int[] {padding},
        new int[] {dilation},
        ceilMode);
  }

  /** Of windows with numbers for each axis. */
  public MaxPool3d(
      int[] kernelSize, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
    super(3, kernelSize, stride, padding, dilation, ceilMode);
  }
}
