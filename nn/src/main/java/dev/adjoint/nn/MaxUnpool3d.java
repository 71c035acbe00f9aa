package dev.adjoint.nn;

/**
 * The largest values of windows along three axes back at their positions, and zeros elsewhere, {@link
 * dev.adjoint.Tensor#maxUnpool3d}: what {@link MaxPool3d#withIndices} found. [n, channels, depth, height, width] becomes
 * [n, channels, depth', height', width']. The n may be missing.
 *
 * <p>Constructors throw {@link IllegalArgumentException} if a size or stride is not positive, or a padding negative.
 */
public final class MaxUnpool3d extends MaxUnpool {
  /** For windows whose stride is their size. */
  public MaxUnpool3d(int kernelSize) {
    this(kernelSize, kernelSize, 0);
  }

  /** For windows with a stride and padding. */
  public MaxUnpool3d(int kernelSize, int stride, int padding) {
    this(new int[] {kernelSize}, new int[] {stride}, new int[] {padding});
  }

  /** For windows with numbers for each axis. */
  public MaxUnpool3d(int[] kernelSize, int[] stride, int[] padding) {
    super(3, kernelSize, stride, padding);
  }
}
