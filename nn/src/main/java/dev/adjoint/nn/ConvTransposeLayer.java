package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.List;

/** A transposed convolution along one to three axes. */
abstract class ConvTransposeLayer extends KernelLayer {
  private final int[] stride;
  private final int[] padding;
  private final int[] outputPadding;
  private final int[] dilation;

  ConvTransposeLayer(int axes, int out, int[] kernel, ConvTransposeOptions options) {
    super("convTranspose" + axes + "d", axes, out, kernel, options.groups(), options.bias(), true);
    stride = Checks.perAxis(op(), "the stride", axes, 1, ConvOptions.array(options.stride()));
    padding = Checks.perAxis(op(), "the padding", axes, 0, ConvOptions.array(options.padding()));
    outputPadding =
        Checks.perAxis(
            op(), "the output padding", axes, 0, ConvOptions.array(options.outputPadding()));
    dilation = Checks.perAxis(op(), "the dilation", axes, 1, ConvOptions.array(options.dilation()));
  }

  @Override
  protected final Tensor forward(Tensor x) {
    size(x);
    return convolve(x, outputPadding);
  }

  /**
   * The output of given sizes, which are those of {@link #apply} and up to {@code stride - 1} more: what {@code output_size} is
   * in PyTorch.
   *
   * @throws IllegalArgumentException if a size is not among those
   */
  public final Tensor apply(Tensor x, int... outputSize) {
    return call(
        List.of(x),
        () -> {
          size(x);
          int[] wanted = Checks.perAxis(op(), "the output size", axes, 0, outputSize);
          int[] more = new int[axes];
          for (int i = 0; i < axes; i++) {
            int least =
                (x.dim(i - axes) - 1) * stride[i]
                    - 2 * padding[i]
                    + dilation[i] * (kernel[i] - 1)
                    + 1;
            more[i] = wanted[i] - least;
            if (more[i] < 0 || more[i] >= stride[i]) {
              throw OpError.of(
                  op(),
                  "size "
                      + wanted[i]
                      + " of axis "
                      + i
                      + " must be from "
                      + least
                      + " to "
                      + (least + stride[i] - 1)
                      + " for input "
                      + x.shape());
            }
          }
          return convolve(x, more);
        });
  }

  private Tensor convolve(Tensor x, int[] more) {
    return switch (axes) {
      case 1 ->
          x.convTranspose1d(weight(), bias(), stride[0], padding[0], more[0], groups, dilation[0]);
      case 2 -> x.convTranspose2d(weight(), bias(), stride, padding, more, groups, dilation);
      default -> x.convTranspose3d(weight(), bias(), stride, padding, more, groups, dilation);
    };
  }

  @Override
  public final String label() {
    return label("ConvTranspose" + axes + "d")
        + option("stride", stride, 1)
        + option("padding", padding, 0)
        + option("output padding", outputPadding, 0)
        + option("dilation", dilation, 1)
        + labelEnd();
  }
}
