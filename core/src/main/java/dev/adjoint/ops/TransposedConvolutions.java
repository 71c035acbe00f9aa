package dev.adjoint.ops;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Transposed convolutions: what their arguments must be, and the {@link Convolution} whose input gradient they are. */
public final class TransposedConvolutions {
  private TransposedConvolutions() {}

  public static Tensor conv(
      int axes,
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int outputPadding,
      int groups,
      int dilation) {
    return conv(
        axes,
        x,
        weight,
        bias,
        Convolutions.repeated(stride, axes),
        Convolutions.repeated(padding, axes),
        Convolutions.repeated(outputPadding, axes),
        groups,
        Convolutions.repeated(dilation, axes));
  }

  public static Tensor conv(
      int axes,
      Tensor input,
      Tensor filters,
      @Nullable Tensor bias,
      int[] stride,
      int[] padding,
      int[] outputPadding,
      int groups,
      int[] dilation) {
    String op = "convTranspose" + axes + "d";
    Tensor x = Autocast.narrow(input);
    Tensor weight = Autocast.narrow(filters);
    Convolutions.checkTypes(op, x, weight);
    checkChannels(op, axes, x, weight, bias, groups);
    Convolutions.values(op, axes, "stride", stride, 1);
    Convolutions.values(op, axes, "padding", padding, 0);
    Convolutions.values(op, axes, "output padding", outputPadding, 0);
    Convolutions.values(op, axes, "dilation", dilation, 1);
    boolean single = x.rank() == axes + 1;
    Tensor batch = single ? x.unsqueeze(0) : x;
    int[] dims = batch.shape().dims();
    dims[1] = weight.dim(1) * groups;
    int[] zeros = new int[2 * axes];
    for (int i = 0; i < axes; i++) {
      int size = dims[2 + i];
      dims[2 + i] = size(op, x, weight, i, stride, padding, outputPadding, dilation);
      // An output padding of a stride is one more zero at the end of the input.
      zeros[2 * (axes - 1 - i) + 1] = size == 0 ? 0 : outputPadding[i] / stride[i];
    }
    var convolution =
        new Convolution(
            Shape.of(dims),
            weight.shape(),
            Axes.of(stride),
            Axes.of(padding),
            Axes.of(dilation),
            groups);
    Tensor y =
        Convolutions.plus(
            convolution.of(Convolution.Factor.INPUT, weight, batch.pad(zeros)),
            Autocast.narrowed(bias));
    return single ? y.squeeze(0) : y;
  }

  private static int size(
      String op,
      Tensor x,
      Tensor weight,
      int i,
      int[] stride,
      int[] padding,
      int[] outputPadding,
      int[] dilation) {
    int size = x.dim(i - stride.length);
    int kernel = weight.dim(2 + i);
    if (outputPadding[i] >= Math.max(stride[i], dilation[i])) {
      throw OpError.of(
          op,
          "output padding "
              + Arrays.toString(outputPadding)
              + ": must be below the stride "
              + Arrays.toString(stride)
              + " or the dilation "
              + Arrays.toString(dilation));
    }
    long result =
        (size - 1L) * stride[i]
            - 2L * padding[i]
            + (kernel - 1L) * dilation[i]
            + outputPadding[i]
            + 1;
    if (size == 0 || kernel == 0 || result < 1) {
      throw OpError.of(
          op,
          "input "
              + x.shape()
              + " and weight "
              + weight.shape()
              + " with padding "
              + padding[i]
              + " leave "
              + result
              + " elements of an axis");
    }
    return ShapeMath.size(op, result);
  }

  private static void checkChannels(
      String op, int axes, Tensor x, Tensor weight, @Nullable Tensor bias, int groups) {
    int channels = Convolutions.channels(op, axes, x, weight);
    if (groups < 1 || channels % groups != 0 || channels != weight.dim(0)) {
      throw OpError.of(
          op,
          "weight "
              + weight.shape()
              + " in "
              + groups
              + " groups does not fit the "
              + channels
              + " channels of input "
              + x.shape());
    }
    if (bias != null && (bias.rank() != 1 || bias.dim(0) != (long) weight.dim(1) * groups)) {
      throw OpError.of(
          op,
          "bias "
              + bias.shape()
              + " does not fit the "
              + (long) weight.dim(1) * groups
              + " filters of weight "
              + weight.shape());
    }
  }
}
