package dev.adjoint.nn;

import dev.adjoint.Tensor;
import org.jspecify.annotations.Nullable;

/** Means of windows along one to three axes. */
abstract class AvgPool extends Module {
  private final int axes;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final boolean ceilMode;
  private final boolean countIncludePad;
  private final @Nullable Integer divisorOverride;

  AvgPool(
      int axes,
      int[] kernel,
      int[] stride,
      int[] padding,
      boolean ceilMode,
      boolean countIncludePad,
      @Nullable Integer divisorOverride) {
    String op = "avgPool" + axes + "d";
    this.axes = axes;
    this.kernel = Checks.perAxis(op, "the kernel size", axes, 1, kernel);
    this.stride = Checks.perAxis(op, "the stride", axes, 1, stride);
    this.padding = Checks.perAxis(op, "the padding", axes, 0, padding);
    this.ceilMode = ceilMode;
    this.countIncludePad = countIncludePad;
    this.divisorOverride = divisorOverride;
  }

  @Override
  protected final Tensor forward(Tensor x) {
    return switch (axes) {
      case 1 -> x.avgPool1d(kernel[0], stride[0], padding[0], ceilMode, countIncludePad);
      case 2 -> x.avgPool2d(kernel, stride, padding, ceilMode, countIncludePad, divisorOverride);
      default -> x.avgPool3d(kernel, stride, padding, ceilMode, countIncludePad, divisorOverride);
    };
  }

  @Override
  public final String label() {
    return "AvgPool"
        + axes
        + "d("
        + Checks.times(kernel)
        + ", stride "
        + Checks.times(stride)
        + KernelLayer.option("padding", padding, 0)
        + (ceilMode ? ", ceil mode" : "")
        + (countIncludePad ? "" : ", padding not counted")
        + (divisorOverride == null ? ")" : ", divisor " + divisorOverride + ")");
  }
}
