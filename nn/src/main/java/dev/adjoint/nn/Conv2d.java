package dev.adjoint.nn;

/**
 * A convolution along two axes, {@link dev.adjoint.Tensor#conv2d}: [n, in, height, width] becomes [n, out, height', width']. The
 * n may be missing.
 *
 * <p>The weight is [out, in / groups, kernel...], the bias [out]. Both begin uniformly in {@code +-1 / sqrt(fanIn)}, where the
 * fan-in is {@code in / groups} times the kernel sizes. The number of input channels may be left out; the first input tells it
 * then.
 *
 * <p>Constructors throw {@link IllegalArgumentException} if a size is not positive, or groups do not divide channels.
 */
public final class Conv2d extends ConvLayer {
  /** With stride 1 and no padding. */
  public Conv2d(int inChannels, int outChannels, int kernelSize) {
    this(inChannels, outChannels, kernelSize, ConvOptions.DEFAULT);
  }

  /** With a stride and padding of all axes. */
  public Conv2d(int inChannels, int outChannels, int kernelSize, int stride, int padding) {
    this(inChannels, outChannels, kernelSize, ConvOptions.DEFAULT.stride(stride).padding(padding));
  }

  /** With options. */
  public Conv2d(int inChannels, int outChannels, int kernelSize, ConvOptions options) {
    this(inChannels, outChannels, new int[] {kernelSize}, options);
  }

  /** With a kernel size for each axis, and options. */
  public Conv2d(int inChannels, int outChannels, int[] kernelSize, ConvOptions options) {
    this(outChannels, kernelSize, options);
    size("the number of input channels", inChannels);
  }

  /** Of as many input channels as the first input has, with stride 1 and no padding. */
  public Conv2d(int outChannels, int kernelSize) {
    this(outChannels, kernelSize, ConvOptions.DEFAULT);
  }

  /** Of as many input channels as the first input has, with options. */
  public Conv2d(int outChannels, int kernelSize, ConvOptions options) {
    this(outChannels, new int[] {kernelSize}, options);
  }

  /** Of as many input channels as the first input has, with a kernel size for each axis, and options. */
  public Conv2d(int outChannels, int[] kernelSize, ConvOptions options) {
    super(2, outChannels, kernelSize, options);
  }
}
