package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import java.util.Arrays;
import java.util.Objects;

/**
 * Where the largest values of small windows are, found by one comparison for each element of a window. What is outside has the
 * least value, so it can only be found where all elements have that: then the first element inside is the first largest.
 */
final class FirstLargest {
  /** The most elements of windows that are compared one by one. */
  static final int MOST = 9;

  private final Windows windows;
  private final Tensor x;
  private final Node elements;

  /** The windows of a tensor, with its least value where they lie outside. */
  FirstLargest(Windows windows, Tensor x, Node least) {
    this.windows = windows;
    this.x = x;
    this.elements = windows.of(x, least).node();
  }

  /** The position (i32) of the first largest value of each window, or of the last NaN, in the last axes of the tensor. */
  Tensor position() {
    int[] kernel = windows.kernel().toArray();
    int[] place = new int[kernel.length];
    Tensor best = element(place);
    Tensor distance = new Tensor(Graph.full(DType.I32, 0, best.shape(), x.device()));
    while (next(place, kernel)) {
      Tensor value = element(place);
      Tensor better = value.gt(best);
      if (x.dtype().isFloat()) {
        better = better.logicalOr(value.isNan());
      }
      best = better.where(value, best);
      distance = better.where(distance(place), distance);
    }
    // Nothing was better than the first element, which may be outside.
    return distance.eq(0).where(begin(true), begin(false).add(distance));
  }

  /** Goes on to the next element in row-major order; false after the last. */
  private static boolean next(int[] place, int[] kernel) {
    for (int i = kernel.length - 1; i >= 0; i--) {
      if (++place[i] < kernel[i]) {
        return true;
      }
      place[i] = 0;
    }
    return false;
  }

  private int distance(int[] place) {
    int distance = 0;
    for (int i = 0; i < place.length; i++) {
      distance = distance * size(i) + place[i] * windows.dilation().get(i);
    }
    return distance;
  }

  /** The position of the first element of windows, or of the first that is inside. */
  private Tensor begin(boolean inside) {
    Tensor begin = null;
    for (int i = 0; i < windows.axes(); i++) {
      Tensor start = windows.start(i, x.device());
      if (inside && windows.padding().get(i) > 0) {
        int apart = windows.dilation().get(i);
        start = apart == 1 ? start.clampMin(0) : start.lt(0).where(start.remainder(apart), start);
      }
      begin = begin == null ? start : begin.mul(size(i)).add(start);
    }
    return Objects.requireNonNull(begin);
  }

  private int size(int i) {
    return windows.input().dim(windows.first() + i);
  }

  private Tensor element(int[] place) {
    int rank = windows.input().rank();
    int[] starts = new int[rank + place.length];
    System.arraycopy(place, 0, starts, rank, place.length);
    int[] counts = elements.shape().dims();
    Arrays.fill(counts, rank, counts.length, 1);
    Axes ones = Axes.of(Graph.ones(starts.length).dims());
    Node one = Graph.slice(elements, Axes.of(starts), ones, Shape.of(counts));
    return new Tensor(Graph.reshape(one, Shape.of(Arrays.copyOf(counts, rank))));
  }
}
