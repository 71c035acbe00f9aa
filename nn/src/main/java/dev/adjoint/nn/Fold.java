package dev.adjoint.nn;

import dev.adjoint.Tensor;

/**
 * Images as sums of windows, which are columns, {@link Tensor#fold(int[], int[], int[], int[], int[])}: [n, channels * kernel,
 * windows] becomes [n, channels, height, width].
 */
public final class Fold extends Module {
  private final int[] outputSize;
  private final int[] kernelSize;
  private final int[] dilation;
  private final int[] padding;
  private final int[] stride;

  /** With dilation 1, no padding and stride 1; one number stands for both axes. */
  public Fold(int[] outputSize, int... kernelSize) {
    this(outputSize, kernelSize, new int[] {1}, new int[] {0}, new int[] {1});
  }

  /**
   * With numbers for both axes, or one for both.
   *
   * @throws IllegalArgumentException if a size, dilation or stride is not positive, or a padding negative
   */
  public Fold(int[] outputSize, int[] kernelSize, int[] dilation, int[] padding, int[] stride) {
    this.outputSize = Checks.perAxis("fold", "the output size", 2, 1, outputSize);
    this.kernelSize = Checks.perAxis("fold", "the kernel size", 2, 1, kernelSize);
    this.dilation = Checks.perAxis("fold", "the dilation", 2, 1, dilation);
    this.padding = Checks.perAxis("fold", "the padding", 2, 0, padding);
    this.stride = Checks.perAxis("fold", "the stride", 2, 1, stride);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.fold(outputSize, kernelSize, dilation, padding, stride);
  }

  @Override
  public String label() {
    return "Fold("
        + Checks.times(outputSize)
        + ", kernel "
        + Checks.times(kernelSize)
        + KernelLayer.option("dilation", dilation, 1)
        + KernelLayer.option("padding", padding, 0)
        + KernelLayer.option("stride", stride, 1)
        + ")";
  }
}
