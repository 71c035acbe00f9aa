package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import java.util.Arrays;

/** Windows along chosen axes, and elements at strides. */
public final class Strides {
  private Strides() {}

  public static Tensor windows(Tensor x, int[] sizes, int[] axes) {
    int[] along = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      along[i] = x.shape().axis(axes[i], "slidingWindow");
    }
    boolean fits = sizes.length == axes.length;
    for (int i = 0; fits && i < axes.length; i++) {
      fits = sizes[i] >= 1 && sizes[i] <= x.dim(along[i]);
    }
    if (!fits || Arrays.stream(along).distinct().count() != along.length) {
      throw OpError.of(
          "slidingWindow",
          "sizes "
              + Arrays.toString(sizes)
              + " along axes "
              + Arrays.toString(axes)
              + " of shape "
              + x.shape()
              + ": needs different axes, and for each a size from 1 to its own");
    }
    Axes ones = Axes.of(Convolutions.repeated(1, axes.length));
    return new Tensor(Graph.unfold(x.node(), Axes.of(along), Axes.of(sizes), ones, ones));
  }

  public static Tensor strided(Tensor x, int[] size, int[] stride, int offset) {
    String sizes = "sizes " + Arrays.toString(size) + ", strides " + Arrays.toString(stride);
    if (size.length != stride.length
        || offset < 0
        || Arrays.stream(size).anyMatch(n -> n < 0)
        || Arrays.stream(stride).anyMatch(n -> n < 0)) {
      throw OpError.of(
          "asStrided",
          sizes + " and offset " + offset + ": needs as many of both, none of them negative");
    }
    Shape shape = Shape.of(size);
    Tensor flat = x.flatten();
    if (shape.size() == 0) {
      return flat.narrow(0, 0, 0).reshape(shape);
    }
    long last = offset;
    for (int i = 0; i < size.length; i++) {
      last += (size[i] - 1L) * stride[i];
    }
    if (last >= x.size()) {
      throw OpError.of(
          "asStrided",
          sizes
              + " and offset "
              + offset
              + " reach element "
              + last
              + ", and shape "
              + x.shape()
              + " has "
              + x.size());
    }
    return Scope.gradEnabled() && x.tracked()
        ? flat.gather(0, positions(shape, stride, offset, flat).flatten()).reshape(shape)
        : view(flat.narrow(0, offset, (int) (last - offset) + 1), shape, stride);
  }

  private static Tensor positions(Shape shape, int[] stride, int offset, Tensor like) {
    Tensor positions =
        new Tensor(Graph.constant(DType.I32, offset, like.device())).broadcastTo(shape);
    for (int i = 0; i < stride.length; i++) {
      positions = positions.add(Sequences.indices(shape, i, like.device()).mul(stride[i]));
    }
    return positions;
  }

  /** Windows of windows: those along the last axis first, each of which leaves the first axis shorter, down to one element. */
  private static Tensor view(Tensor line, Shape shape, int[] stride) {
    int rank = stride.length;
    Node windows = line.node();
    Axes first = Axes.of(0);
    Axes one = Axes.of(1);
    int[] order = new int[rank];
    int[] read = shape.dims();
    for (int i = rank - 1; i >= 0; i--) {
      // What is read again at a stride of 0 is stretched.
      read[i] = stride[i] == 0 ? 1 : read[i];
      Axes dilation = Axes.of(Math.max(1, stride[i]));
      windows = Graph.unfold(windows, first, Axes.of(read[i]), one, dilation);
      order[i] = rank - 1 - i;
    }
    Tensor reversed = new Tensor(windows).squeeze(0).permute(order);
    return reversed.broadcastTo(shape);
  }
}
