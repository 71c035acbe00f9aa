package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.ValuesAndIndices;
import java.util.List;

/** Largest values of windows along one to three axes. */
abstract class MaxPool extends Module {
  private final int axes;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final int[] dilation;
  private final boolean ceilMode;

  MaxPool(int axes, int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
    String op = "maxPool" + axes + "d";
    this.axes = axes;
    this.kernel = Checks.perAxis(op, "the kernel size", axes, 1, kernel);
    this.stride = Checks.perAxis(op, "the stride", axes, 1, stride);
    this.padding = Checks.perAxis(op, "the padding", axes, 0, padding);
    this.dilation = Checks.perAxis(op, "the dilation", axes, 1, dilation);
    this.ceilMode = ceilMode;
  }

  @Override
  protected final Tensor forward(Tensor x) {
    return switch (axes) {
      case 1 -> x.maxPool1d(kernel[0], stride[0], padding[0], dilation[0], ceilMode);
      case 2 -> x.maxPool2d(kernel, stride, padding, dilation, ceilMode);
      default -> x.maxPool3d(kernel, stride, padding, dilation, ceilMode);
    };
  }

  /** The largest values with their positions (i64), which {@code return_indices} is in PyTorch. */
  public final ValuesAndIndices withIndices(Tensor x) {
    return call(
        List.of(x),
        () ->
            switch (axes) {
              case 1 ->
                  x.maxPool1dWithIndices(kernel[0], stride[0], padding[0], dilation[0], ceilMode);
              case 2 -> x.maxPool2dWithIndices(kernel, stride, padding, dilation, ceilMode);
              default -> x.maxPool3dWithIndices(kernel, stride, padding, dilation, ceilMode);
            });
  }

  @Override
  public final String label() {
    return "MaxPool"
        + axes
        + "d("
        + Checks.times(kernel)
        + ", stride "
        + Checks.times(stride)
        + KernelLayer.option("padding", padding, 0)
        + KernelLayer.option("dilation", dilation, 1)
        + (ceilMode ? ", ceil mode)" : ")");
  }
}
