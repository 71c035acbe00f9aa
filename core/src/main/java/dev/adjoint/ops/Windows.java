package dev.adjoint.ops;

import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Fold;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Windows along the last axes of a tensor, which begin strides apart, the first one {@code padding} elements before the tensor,
 * and whose elements are dilations apart.
 *
 * @param input the shape of the tensor
 * @param counts how many windows there are along each axis
 */
record Windows(Shape input, Axes kernel, Axes stride, Axes padding, Axes dilation, Axes counts) {
  /** The windows along as many axes as there are sizes; with {@code ceil} the last one may go beyond the padding. */
  static Windows of(
      String op,
      Shape input,
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] dilation,
      boolean ceil) {
    int axes = kernel.length;
    int[] counts = new int[axes];
    for (int i = 0; i < axes; i++) {
      int size = input.dim(i - axes);
      long span = (kernel[i] - 1L) * dilation[i] + 1;
      long room = size + 2L * padding[i] - span;
      long count = (ceil ? Math.ceilDiv(room, stride[i]) : Math.floorDiv(room, stride[i])) + 1L;
      if (ceil && (count - 1) * stride[i] >= (long) size + padding[i]) {
        count--;
      }
      if (size == 0 || count < 1) {
        throw OpError.of(
            op,
            "a window spans "
                + span
                + " elements, axis "
                + (input.rank() - axes + i)
                + " of shape "
                + input
                + " has "
                + size
                + " and padding "
                + padding[i]);
      }
      counts[i] = ShapeMath.size(op, count);
      ShapeMath.size(op, (count - 1) * stride[i] + span + padding[i]);
    }
    return new Windows(
        input,
        Axes.of(kernel),
        Axes.of(stride),
        Axes.of(padding),
        Axes.of(dilation),
        Axes.of(counts));
  }

  int axes() {
    return kernel.size();
  }

  /** The first of the axes along which windows lie. */
  int first() {
    return input.rank() - axes();
  }

  /** The windows of a tensor, [..., counts, kernel], with a scalar where they lie outside. */
  Tensor of(Tensor x, Node outside) {
    Node wide = Graph.pad(x.node(), outside, Axes.of(before()), padded());
    return new Tensor(Graph.unfold(wide, along(), kernel, stride, dilation));
  }

  /** The sums of windows at the elements of the tensor: the transpose of what makes them. */
  Tensor sum(Tensor windows) {
    int[] whole = padded().dims();
    for (int i = 0; i < axes(); i++) {
      int steps = Math.ceilDiv(whole[first() + i], stride.get(i));
      whole[first() + i] = Math.multiplyExact(steps, stride.get(i));
    }
    Node sums = Fold.of(windows.node(), along(), stride, dilation, Shape.of(whole));
    return new Tensor(
        Graph.slice(sums, Axes.of(before()), Axes.of(Graph.ones(input.rank()).dims()), input));
  }

  /** The position (i32) that each element of the windows has along one axis, below 0 or beyond the size if it is outside. */
  Tensor coordinate(int i, Device device) {
    int[] dims = Arrays.copyOf(Graph.ones(input.rank()).dims(), input.rank() + axes());
    Arrays.fill(dims, input.rank(), dims.length, 1);
    dims[first() + i] = counts.get(i);
    Tensor starts = start(i, device).reshape(dims);
    dims[first() + i] = 1;
    dims[input.rank() + i] = kernel.get(i);
    return starts.add(counter(kernel.get(i), device).mul(dilation.get(i)).reshape(dims));
  }

  /** The position (i32) of each element of the windows in the last axes of the tensor, counted in row-major order. */
  Tensor positions(Device device) {
    Tensor positions = coordinate(0, device);
    for (int i = 1; i < axes(); i++) {
      positions = positions.mul(input.dim(first() + i)).add(coordinate(i, device));
    }
    return positions;
  }

  /** Which elements of the windows are not outside, or null if none is. */
  @Nullable Tensor inside(Device device) {
    Tensor inside = null;
    for (int i = 0; i < axes(); i++) {
      int size = input.dim(first() + i);
      if (padding.get(i) > 0 || end(i) > size) {
        Tensor at = coordinate(i, device);
        Tensor fits = at.ge(0).logicalAnd(at.lt(size));
        inside = inside == null ? fits : inside.logicalAnd(fits);
      }
    }
    return inside;
  }

  /** Where the last window along an axis ends, from the first element of the tensor on. */
  int end(int i) {
    int span = (kernel.get(i) - 1) * dilation.get(i) + 1;
    return (counts.get(i) - 1) * stride.get(i) + span - padding.get(i);
  }

  /** The axes that count the elements of a window. */
  int[] within() {
    return Arrays.copyOfRange(
        ShapeMath.order(input.rank() + axes()), input.rank(), input.rank() + axes());
  }

  /** Where windows begin along one axis (i32), turned along it. */
  Tensor start(int i, Device device) {
    int[] dims = Graph.ones(input.rank()).dims();
    dims[first() + i] = counts.get(i);
    return counter(counts.get(i), device).mul(stride.get(i)).sub(padding.get(i)).reshape(dims);
  }

  private static Tensor counter(int n, Device device) {
    return new Tensor(Graph.iota(n, device));
  }

  private Axes along() {
    return Axes.of(Arrays.copyOfRange(ShapeMath.order(input.rank()), first(), input.rank()));
  }

  private int[] before() {
    int[] before = new int[input.rank()];
    for (int i = 0; i < axes(); i++) {
      before[first() + i] = padding.get(i);
    }
    return before;
  }

  /** The tensor with what is outside, as far as windows need it. */
  private Shape padded() {
    int[] dims = input.dims();
    for (int i = 0; i < axes(); i++) {
      int axis = first() + i;
      dims[axis] = padding.get(i) + Math.max(dims[axis], end(i));
    }
    return Shape.of(dims);
  }
}
