package dev.adjoint.ops;

import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The arguments of convolutions along any number of axes: what they must be, and their results. */
public final class Convolutions {
  private Convolutions() {}

  public static Tensor conv(
      int axes,
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int dilation,
      int groups) {
    return conv(
        axes,
        x,
        weight,
        bias,
        repeated(stride, axes),
        repeated(padding, axes),
        repeated(dilation, axes),
        groups);
  }

  static int[] repeated(int value, int n) {
    int[] values = new int[n];
    Arrays.fill(values, value);
    return values;
  }

  public static Tensor conv(
      int axes,
      Tensor input,
      Tensor filters,
      @Nullable Tensor bias,
      int[] stride,
      int[] padding,
      int[] dilation,
      int groups) {
    String op = "conv" + axes + "d";
    Tensor x = Autocast.narrow(input);
    Tensor weight = Autocast.narrow(filters);
    checkTypes(op, x, weight);
    checkChannels(op, axes, x, weight, bias, groups);
    values(op, axes, "stride", stride, 1);
    values(op, axes, "padding", padding, 0);
    values(op, axes, "dilation", dilation, 1);
    checkSizes(op, axes, x, weight, padding, dilation);
    boolean single = x.rank() == axes + 1;
    Tensor batch = single ? x.unsqueeze(0) : x;
    var convolution =
        new Convolution(
            batch.shape(),
            weight.shape(),
            Axes.of(stride),
            Axes.of(padding),
            Axes.of(dilation),
            groups);
    Tensor y =
        plus(convolution.of(Convolution.Factor.OUTPUT, batch, weight), Autocast.narrowed(bias));
    return single ? y.squeeze(0) : y;
  }

  public static Tensor conv(
      int axes,
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      String padding,
      int dilation,
      int groups) {
    return conv(
        axes, x, weight, bias, repeated(stride, axes), padding, repeated(dilation, axes), groups);
  }

  public static Tensor conv(
      int axes,
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      int[] stride,
      String padding,
      int[] dilation,
      int groups) {
    String op = "conv" + axes + "d";
    checkTypes(op, Autocast.narrow(x), Autocast.narrow(weight));
    checkChannels(op, axes, x, weight, bias, groups);
    values(op, axes, "stride", stride, 1);
    values(op, axes, "dilation", dilation, 1);
    int[] around = new int[axes];
    if (padding.equals("valid")) {
      return conv(axes, x, weight, bias, stride, around, dilation, groups);
    } else if (!padding.equals("same")) {
      throw OpError.of(op, "padding \"" + padding + "\" is neither \"valid\" nor \"same\"");
    } else if (Arrays.stream(stride).anyMatch(s -> s != 1)) {
      throw OpError.of(op, "padding \"same\" needs stride 1, not " + Arrays.toString(stride));
    }
    int[] more = new int[2 * axes];
    for (int i = 0; i < axes; i++) {
      int total = ShapeMath.size(op, Math.max(0, weight.dim(2 + i) - 1L) * dilation[i]);
      around[i] = total / 2;
      more[2 * (axes - 1 - i) + 1] = total % 2;
    }
    return conv(axes, x.pad(more), weight, bias, stride, around, dilation, groups);
  }

  static void checkTypes(String op, Tensor x, Tensor weight) {
    Graph.sameDevice(op, x.node(), weight.node());
    if (x.dtype() != weight.dtype()) {
      throw OpError.of(
          op, "input is " + x.dtype() + ", weight is " + weight.dtype() + ": call .to(...)");
    }
    Operands.requireFloat(op, x);
  }

  /** Values [n, channels, ...] with a bias for each channel. */
  static Tensor plus(Tensor y, @Nullable Tensor bias) {
    return bias == null ? y : y.add(bias.reshape(Graph.ones(y.rank() - 1).with(0, bias.dim(0))));
  }

  /** The channels of an input [n, channels, size...] or [channels, size...] with a weight of as many axes. */
  static int channels(String op, int axes, Tensor x, Tensor weight) {
    int rank = axes + 2;
    if ((x.rank() != rank && x.rank() != rank - 1) || weight.rank() != rank) {
      throw OpError.of(
          op,
          "needs an input of "
              + rank
              + " axes, or one less, and a weight of "
              + rank
              + ", not "
              + x.shape()
              + " and "
              + weight.shape());
    }
    return x.dim(-rank + 1);
  }

  private static void checkChannels(
      String op, int axes, Tensor x, Tensor weight, @Nullable Tensor bias, int groups) {
    int channels = channels(op, axes, x, weight);
    if (groups < 1 || weight.dim(0) % groups != 0) {
      throw OpError.of(
          op,
          groups
              + " groups do not divide the "
              + weight.dim(0)
              + " filters of weight "
              + weight.shape());
    }
    if (channels != (long) weight.dim(1) * groups) {
      throw OpError.of(
          op,
          "weight "
              + weight.shape()
              + " wants "
              + weight.dim(1)
              + " channels per group, input "
              + x.shape()
              + " has "
              + channels
              + " / "
              + groups);
    }
    if (bias != null && (bias.rank() != 1 || bias.dim(0) != weight.dim(0))) {
      throw OpError.of(
          op,
          "bias "
              + bias.shape()
              + " does not fit the "
              + weight.dim(0)
              + " filters of weight "
              + weight.shape());
    }
  }

  static void values(String op, int axes, String name, int[] values, int least) {
    if (values.length != axes || Arrays.stream(values).anyMatch(v -> v < least)) {
      throw OpError.of(
          op,
          name
              + " "
              + Arrays.toString(values)
              + ": needs a number for each of "
              + axes
              + " axes, none below "
              + least);
    }
  }

  private static void checkSizes(
      String op, int axes, Tensor x, Tensor weight, int[] padding, int[] dilation) {
    for (int i = 0; i < axes; i++) {
      int size = x.dim(i - axes);
      int kernel = weight.dim(i - axes);
      long span = (kernel - 1L) * dilation[i] + 1;
      if (size == 0 || kernel == 0 || span > ShapeMath.size(op, size + 2L * padding[i])) {
        throw OpError.of(
            op,
            "the kernel of weight "
                + weight.shape()
                + " spans "
                + span
                + " elements, an axis of input "
                + x.shape()
                + " has "
                + size
                + " and padding "
                + padding[i]);
      }
    }
  }
}
