package dev.adjoint.nn;

/**
 * The largest values of windows along two axes back at their positions, and zeros elsewhere, {@link
 * dev.adjoint.Tensor#maxUnpool2d}: what {@link MaxPool2d#withIndices} found. [n, channels, height, width] becomes
 * [n, channels, height', width']. The n may be missing.
 *
 * <p>Constructors throw {@link IllegalArgumentException} if a size or stride is not positive, or a padding negative.
 */
public final class MaxUnpool2d extends MaxUnpool {
  /** For windows whose stride is their size. */
  public MaxUnpool2d(int kernelSize) {
    this(kernelSize, kernelSize, 0);
  }

  /** For windows with a stride and padding. */
  public MaxUnpool2d(int kernelSize, int stride, int padding) {
    this(new int[] {kernelSize}, new int[] {stride}, new int[] {padding});
  }

  /** For windows with numbers for each axis. */
  public MaxUnpool2d(int[] kernelSize, int[] stride, int[] padding) {
    super(2, kernelSize, stride, padding);
  }
}
