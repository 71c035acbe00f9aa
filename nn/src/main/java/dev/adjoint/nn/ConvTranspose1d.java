package dev.adjoint.nn;

/**
 * A transposed convolution along one axis, {@link dev.adjoint.Tensor#convTranspose1d}: [n, in, length] becomes [n, out, length'].
 * The n may be missing.
 *
 * <p>The weight is [in, out / groups, kernel...], the bias [out]. Both begin uniformly in {@code +-1 / sqrt(fanIn)}, where the
 * fan-in is {@code out / groups} times the kernel sizes. The number of input channels may be left out; the first input tells it
 * then.
 *
 * <p>Constructors throw {@link IllegalArgumentException} if a size is not positive, or groups do not divide channels.
 */
public final class ConvTranspose1d extends ConvTransposeLayer {
  /** With stride 1 and no padding. */
  public ConvTranspose1d(int inChannels, int outChannels, int kernelSize) {
    this(inChannels, outChannels, kernelSize, ConvTransposeOptions.DEFAULT);
  }

  /** With a stride and padding. */
  public ConvTranspose1d(int inChannels, int outChannels, int kernelSize, int stride, int padding) {
    this(
        inChannels,
        outChannels,
        kernelSize,
        ConvTransposeOptions.DEFAULT.stride(stride).padding(padding));
  }

  /** With options. */
  public ConvTranspose1d(
      int inChannels, int outChannels, int kernelSize, ConvTransposeOptions options) {
    this(inChannels, outChannels, new int[] {kernelSize}, options);
  }

  /** With a kernel size for each axis, and options. */
  public ConvTranspose1d(
      int inChannels, int outChannels, int[] kernelSize, ConvTransposeOptions options) {
    this(outChannels, kernelSize, options);
    size("the number of input channels", inChannels);
  }

  /** Of as many input channels as the first input has, with stride 1 and no padding. */
  public ConvTranspose1d(int outChannels, int kernelSize) {
    this(outChannels, kernelSize, ConvTransposeOptions.DEFAULT);
  }

  /** Of as many input channels as the first input has, with options. */
  public ConvTranspose1d(int outChannels, int kernelSize, ConvTransposeOptions options) {
    this(outChannels, new int[] {kernelSize}, options);
  }

  /** Of as many input channels as the first input has, with a kernel size for each axis, and options. */
  public ConvTranspose1d(int outChannels, int[] kernelSize, ConvTransposeOptions options) {
    super(1, outChannels, kernelSize, options);
  }
}
