package dev.adjoint.ops;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Windows of images as columns, and channels as places. */
public final class Images {
  private Images() {}

  public static Tensor unfold(Tensor x, int[] kernel, int[] dilation, int[] padding, int[] stride) {
    Pooling.requirePlanes("unfold", 2, x);
    Tensor batch = x.rank() == 3 ? x.unsqueeze(0) : x;
    Windows windows = windows("unfold", batch.shape(), kernel, dilation, padding, stride);
    Tensor columns =
        windows
            .of(batch, Graph.constant(x.dtype(), 0, x.device()))
            .permute(0, 1, 4, 5, 2, 3)
            .reshape(columns(windows));
    return x.rank() == 3 ? columns.squeeze(0) : columns;
  }

  public static Tensor fold(
      Tensor x, int[] size, int[] kernel, int[] dilation, int[] padding, int[] stride) {
    Operands.requireFloat("fold", x);
    Convolutions.values("fold", 2, "output size", size, 1);
    Convolutions.values("fold", 2, "kernel size", kernel, 1);
    long elements = Axes.product(kernel);
    if ((x.rank() != 2 && x.rank() != 3) || x.dim(-2) % elements != 0) {
      throw OpError.of(
          "fold",
          "needs [n, channels * "
              + elements
              + ", windows] for kernel size "
              + Arrays.toString(kernel)
              + ", not "
              + x.shape());
    }
    Tensor batch = x.rank() == 2 ? x.unsqueeze(0) : x;
    Shape image = Shape.of(batch.dim(0), (int) (batch.dim(1) / elements), size[0], size[1]);
    Windows windows = windows("fold", image, kernel, dilation, padding, stride);
    Shape columns = columns(windows);
    if (!columns.equals(batch.shape())) {
      throw OpError.of(
          "fold",
          "images of size "
              + Arrays.toString(size)
              + " have "
              + columns.dim(2)
              + " windows, the input "
              + x.shape()
              + " has "
              + x.dim(-1));
    }
    int[] dims = {
      image.dim(0),
      image.dim(1),
      kernel[0],
      kernel[1],
      windows.counts().get(0),
      windows.counts().get(1)
    };
    Tensor y = windows.sum(batch.reshape(dims).permute(0, 1, 4, 5, 2, 3));
    return x.rank() == 2 ? y.squeeze(0) : y;
  }

  private static Windows windows(
      String op, Shape image, int[] kernel, int[] dilation, int[] padding, int[] stride) {
    Convolutions.values(op, 2, "kernel size", kernel, 1);
    Convolutions.values(op, 2, "dilation", dilation, 1);
    Convolutions.values(op, 2, "padding", padding, 0);
    Convolutions.values(op, 2, "stride", stride, 1);
    return Windows.of(op, image, kernel, stride, padding, dilation, false);
  }

  /** [n, channels * kernel, windows]. */
  private static Shape columns(Windows windows) {
    Shape image = windows.input();
    long rows = Axes.product(image.dim(1), windows.kernel().get(0), windows.kernel().get(1));
    long count = Axes.product(windows.counts().toArray());
    return Shape.of(image.dim(0), ShapeMath.size("unfold", rows), ShapeMath.size("unfold", count));
  }

  public static Tensor shuffle(Tensor x, int r) {
    if (x.rank() < 3 || r < 1 || x.dim(-3) % ((long) r * r) != 0) {
      throw OpError.of(
          "pixelShuffle",
          "needs [..., channels * r * r, height, width] for r = " + r + ", not " + x.shape());
    }
    int rank = x.rank();
    Tensor parts = x.unflatten(-3, x.dim(-3) / (r * r), r, r);
    return parts
        .permute(order(rank, 0, 3, 1, 4, 2))
        .reshape(image(x, x.dim(-3) / (r * r), (long) x.dim(-2) * r, (long) x.dim(-1) * r));
  }

  public static Tensor unshuffle(Tensor x, int r) {
    if (x.rank() < 3 || r < 1 || x.dim(-2) % r != 0 || x.dim(-1) % r != 0) {
      throw OpError.of(
          "pixelUnshuffle",
          "needs [..., channels, height * r, width * r] for r = " + r + ", not " + x.shape());
    }
    Tensor parts = x.unflatten(-1, x.dim(-1) / r, r).unflatten(-3, x.dim(-2) / r, r);
    return parts
        .permute(order(x.rank(), 0, 2, 4, 1, 3))
        .reshape(image(x, (long) x.dim(-3) * r * r, x.dim(-2) / r, x.dim(-1) / r));
  }

  public static Tensor shuffleChannels(Tensor x, int groups) {
    if (x.rank() < 3 || groups < 1 || x.dim(1) % groups != 0) {
      throw OpError.of(
          "channelShuffle",
          groups
              + " groups do not divide the channels of [n, channels, ...], which is "
              + x.shape());
    }
    return x.unflatten(1, groups, x.dim(1) / groups).transpose(1, 2).reshape(x.shape());
  }

  /** All axes in front as they are, and the last five in an order. */
  private static int[] order(int rank, int... last) {
    return IntStream.concat(
            IntStream.range(0, rank - 3), IntStream.of(last).map(axis -> rank - 3 + axis))
        .toArray();
  }

  /** The shape of an image with its last three axes replaced. */
  private static Shape image(Tensor x, long channels, long height, long width) {
    int rank = x.rank();
    return x.shape()
        .with(rank - 3, ShapeMath.size("pixelShuffle", channels))
        .with(rank - 2, ShapeMath.size("pixelShuffle", height))
        .with(rank - 1, ShapeMath.size("pixelShuffle", width));
  }
}
