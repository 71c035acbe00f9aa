package dev.adjoint.nn;

/**
 * The largest values of windows along one axis back at their positions, and zeros elsewhere, {@link
 * dev.adjoint.Tensor#maxUnpool1d}: what {@link MaxPool1d#withIndices} found. [n, channels, length] becomes
 * [n, channels, length']. The n may be missing.
 *
 * <p>Constructors throw {@link IllegalArgumentException} if a size or stride is not positive, or a padding negative.
 */
public final class MaxUnpool1d extends MaxUnpool {
  /** For windows whose stride is their size. */
  public MaxUnpool1d(int kernelSize) {
    this(kernelSize, kernelSize, 0);
  }

  /** For windows with a stride and padding. */
  public MaxUnpool1d(int kernelSize, int stride, int padding) {
    this(new int[] {kernelSize}, new int[] {stride}, new int[] {padding});
  }

  /** For windows with numbers for each axis. */
  public MaxUnpool1d(int[] kernelSize, int[] stride, int[] padding) {
    super(1, kernelSize, stride, padding);
  }
}
