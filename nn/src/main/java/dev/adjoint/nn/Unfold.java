package dev.adjoint.nn;

import dev.adjoint.Tensor;

/**
 * The windows of images as columns, {@link Tensor#unfold(int[], int[], int[], int[])}: [n, channels, height, width] becomes
 * [n, channels * kernel, windows].
 */
public final class Unfold extends Module {
  private final int[] kernelSize;
  private final int[] dilation;
  private final int[] padding;
  private final int[] stride;

  /** With dilation 1, no padding and stride 1. */
  public Unfold(int... kernelSize) {
    this(kernelSize, new int[] {1}, new int[] {0}, new int[] {1});
  }

  /**
   * With numbers for both axes, or one for both.
   *
   * @throws IllegalArgumentException if a size, dilation or stride is not positive, or a padding negative
   */
  public Unfold(int[] kernelSize, int[] dilation, int[] padding, int[] stride) {
    this.kernelSize = Checks.perAxis("unfold", "the kernel size", 2, 1, kernelSize);
    this.dilation = Checks.perAxis("unfold", "the dilation", 2, 1, dilation);
    this.padding = Checks.perAxis("unfold", "the padding", 2, 0, padding);
    this.stride = Checks.perAxis("unfold", "the stride", 2, 1, stride);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.unfold(kernelSize, dilation, padding, stride);
  }

  @Override
  public String label() {
    return "Unfold(kernel "
        + Checks.times(kernelSize)
        + KernelLayer.option("dilation", dilation, 1)
        + KernelLayer.option("padding", padding, 0)
        + KernelLayer.option("stride", stride, 1)
        + ")";
  }
}
