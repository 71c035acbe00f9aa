package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A convolution along one to three axes. */
abstract class ConvLayer extends KernelLayer {
  private final int[] stride;
  private final int[] padding;
  private final int[] dilation;
  private final @Nullable String namedPadding;
  private final String paddingMode;

  ConvLayer(int axes, int out, int[] kernel, ConvOptions options) {
    super("conv" + axes + "d", axes, out, kernel, options.groups(), options.bias(), false);
    stride = Checks.perAxis(op(), "the stride", axes, 1, ConvOptions.array(options.stride()));
    padding = Checks.perAxis(op(), "the padding", axes, 0, ConvOptions.array(options.padding()));
    dilation = Checks.perAxis(op(), "the dilation", axes, 1, ConvOptions.array(options.dilation()));
    namedPadding = options.namedPadding();
    paddingMode = options.paddingMode();
    if ("same".equals(namedPadding) && Arrays.stream(stride).anyMatch(s -> s != 1)) {
      throw OpError.of(op(), "padding same needs stride 1, not " + Arrays.toString(stride));
    }
  }

  @Override
  protected final Tensor forward(Tensor x) {
    size(x);
    if (paddingMode.equals("zeros")) {
      return namedPadding == null ? convolve(x, padding) : convolve(x, namedPadding);
    }
    return convolve(x.pad(around(), paddingMode), new int[axes]);
  }

  /** The padding before and after each axis, from the last one on; the end has one more if padding same is odd. */
  private int[] around() {
    int[] around = new int[2 * axes];
    for (int i = 0; i < axes; i++) {
      int both = "same".equals(namedPadding) ? dilation[i] * (kernel[i] - 1) : 2 * padding[i];
      around[2 * (axes - 1 - i)] = both / 2;
      around[2 * (axes - 1 - i) + 1] = both - both / 2;
    }
    return around;
  }

  private Tensor convolve(Tensor x, int[] padding) {
    return switch (axes) {
      case 1 -> x.conv1d(weight(), bias(), stride[0], padding[0], dilation[0], groups);
      case 2 -> x.conv2d(weight(), bias(), stride, padding, dilation, groups);
      default -> x.conv3d(weight(), bias(), stride, padding, dilation, groups);
    };
  }

  private Tensor convolve(Tensor x, String padding) {
    return switch (axes) {
      case 1 -> x.conv1d(weight(), bias(), stride[0], padding, dilation[0], groups);
      case 2 -> x.conv2d(weight(), bias(), stride, padding, dilation, groups);
      default -> x.conv3d(weight(), bias(), stride, padding, dilation, groups);
    };
  }

  @Override
  public final String label() {
    return label("Conv" + axes + "d")
        + option("stride", stride, 1)
        + (namedPadding == null ? option("padding", padding, 0) : ", padding " + namedPadding)
        + option("dilation", dilation, 1)
        + (paddingMode.equals("zeros") ? "" : ", " + paddingMode)
        + labelEnd();
  }
}
