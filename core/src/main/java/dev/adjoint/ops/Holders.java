package dev.adjoint.ops;

import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.ReduceOp;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The windows that may hold an element. Along an axis, element p is element r of step q, with {@code p = q * stride + r}. Window
 * {@code q + shift} may hold it for a few shifts, which are the same for all steps: it begins at {@code (q + shift) * stride -
 * padding}, so p is its element {@code r - shift * stride + padding}.
 */
final class Holders {
  /** The most windows whose values are added one by one rather than folded along axes. */
  private static final int FEW = 4;

  private final Windows windows;
  private final int axes;
  private final int rank;

  /** For each axis the least shift. */
  private final int[] least;

  /** For each axis the number of shifts. */
  private final int[] shifts;

  /** For each axis the number of steps. */
  private final int[] steps;

  Holders(Windows windows) {
    this.windows = windows;
    this.axes = windows.axes();
    this.rank = windows.input().rank();
    this.least = new int[axes];
    this.shifts = new int[axes];
    this.steps = new int[axes];
    for (int i = 0; i < axes; i++) {
      int stride = windows.stride().get(i);
      int padding = windows.padding().get(i);
      least[i] = Math.ceilDiv(padding - span(i) + 1, stride);
      shifts[i] = Math.floorDiv(stride - 1 + padding, stride) - least[i] + 1;
      steps[i] = Math.ceilDiv(windows.input().dim(axis(i)), stride);
    }
  }

  private int axis(int i) {
    return windows.first() + i;
  }

  private int span(int i) {
    return (windows.kernel().get(i) - 1) * windows.dilation().get(i) + 1;
  }

  /**
   * At each element the sum of the values of all windows that hold it, or that name its position.
   *
   * @param values one for each window
   * @param at for each window the position (i32) of one of its elements in the last axes of the tensor, in row-major order; null
   *     if its value counts for all its elements, which are neighbours
   */
  Tensor sum(Tensor values, @Nullable Tensor at) {
    Tensor wide = values.to(values.dtype().folded());
    Tensor sum = Axes.product(shifts) <= FEW ? added(wide, at) : folded(wide, at);
    int[] line = windows.input().dims();
    int[] dims = sum.shape().dims();
    for (int i = 0; i < axes; i++) {
      line[axis(i)] = steps[i] * windows.stride().get(i);
      dims[axis(2 * i) + 1] = windows.stride().get(i);
    }
    Node all = Graph.reshape(Graph.expand(sum.node(), Shape.of(dims)), Shape.of(line));
    Axes ones = Axes.of(Graph.ones(rank).dims());
    return new Tensor(Graph.slice(all, Axes.of(new int[rank]), ones, windows.input()))
        .to(values.dtype());
  }

  private Tensor added(Tensor values, @Nullable Tensor at) {
    Tensor sum = null;
    int[] number = new int[axes];
    do {
      int[] shift = new int[axes];
      Arrays.setAll(shift, i -> least[i] + number[i]);
      Tensor held = at == null ? held(shift, values.device()) : named(near(at, shift, steps, -1));
      Tensor term = apart(near(values, shift, steps, 0));
      term = held == null ? term : held.where(term, 0);
      sum = sum == null ? term : sum.add(term);
    } while (next(number));
    return sum;
  }

  private boolean next(int[] number) {
    for (int i = axes - 1; i >= 0; i--) {
      if (++number[i] < shifts[i]) {
        return true;
      }
      number[i] = 0;
    }
    return false;
  }

  /** The same as a fold along axes for the shifts, which come last. */
  private Tensor folded(Tensor values, @Nullable Tensor at) {
    Tensor held = at == null ? held(values.device()) : named(all(at, -1));
    Tensor terms = held.where(apart(all(values, 0)), 0);
    int[] last = new int[axes];
    Arrays.setAll(last, i -> rank + axes + i);
    return Reductions.reduce(ReduceOp.SUM, terms, last, false);
  }

  private Node all(Tensor x, int none) {
    int[] counts = new int[axes];
    int[] along = new int[axes];
    Arrays.setAll(counts, i -> steps[i] + shifts[i] - 1);
    Arrays.setAll(along, this::axis);
    Axes single = Axes.of(Graph.ones(axes).dims());
    return Graph.unfold(
        near(x, least, counts, none), Axes.of(along), Axes.of(shifts), single, single);
  }

  /** What belongs to windows from a shift on, with a number where there is no window. */
  private Node near(Tensor x, int[] shift, int[] counts, int none) {
    int[] ahead = new int[rank];
    int[] starts = new int[rank];
    int[] wide = x.shape().dims();
    int[] cut = x.shape().dims();
    for (int i = 0; i < axes; i++) {
      int axis = axis(i);
      ahead[axis] = Math.max(-shift[i], 0);
      starts[axis] = Math.max(shift[i], 0);
      cut[axis] = counts[i];
      wide[axis] = Math.max(x.dim(axis) + ahead[axis], starts[axis] + counts[i]);
    }
    Node fill = Graph.constant(x.dtype(), x.dtype().bits(none), x.device());
    Node padded = Graph.pad(x.node(), fill, Axes.of(ahead), Shape.of(wide));
    Axes ones = Axes.of(Graph.ones(rank).dims());
    return Graph.slice(padded, Axes.of(starts), ones, Shape.of(cut));
  }

  /** A value of steps with an axis of size 1 behind each axis of steps, for the elements of a step. */
  private Tensor apart(Node x) {
    int[] more = new int[x.shape().rank() + axes];
    int at = 0;
    for (int d = 0; d < x.shape().rank(); d++) {
      more[at++] = x.shape().dim(d);
      if (d >= windows.first() && d < rank) {
        more[at++] = 1;
      }
    }
    return new Tensor(Graph.reshape(x, Shape.of(more)));
  }

  /** Which elements of steps have the positions. */
  private Tensor named(Node at) {
    Tensor positions = null;
    for (int i = 0; i < axes; i++) {
      int stride = windows.stride().get(i);
      int[] dims = Graph.ones(at.shape().rank() + axes).dims();
      dims[axis(2 * i)] = steps[i];
      dims[axis(2 * i) + 1] = stride;
      Tensor along = counter(steps[i] * stride, at.device()).reshape(Shape.of(dims));
      positions =
          positions == null ? along : positions.mul(windows.input().dim(axis(i))).add(along);
    }
    return apart(at).eq(Objects.requireNonNull(positions));
  }

  /** Which elements of steps the windows at a shift hold; null if they hold all. */
  private @Nullable Tensor held(int[] shift, Device device) {
    Tensor held = null;
    for (int i = 0; i < axes; i++) {
      int stride = windows.stride().get(i);
      int begin = windows.padding().get(i) - shift[i] * stride;
      if (begin < 0 || begin + stride > span(i)) {
        int[] dims = Graph.ones(rank + axes).dims();
        dims[axis(2 * i) + 1] = stride;
        held = both(held, inside(counter(stride, device).add(begin), i, dims));
      }
    }
    return held;
  }

  /** Which elements of steps the windows at each shift hold, with axes for the shifts at the end. */
  private Tensor held(Device device) {
    Tensor held = null;
    for (int i = 0; i < axes; i++) {
      int stride = windows.stride().get(i);
      int[] dims = Graph.ones(rank + 2 * axes).dims();
      dims[axis(2 * i) + 1] = stride;
      dims[rank + axes + i] = shifts[i];
      Tensor begin = counter(shifts[i], device).add(least[i]).mul(-stride);
      Tensor first = counter(stride, device).add(windows.padding().get(i)).unsqueeze(1);
      held = both(held, inside(first.add(begin), i, dims));
    }
    return Objects.requireNonNull(held);
  }

  private Tensor inside(Tensor element, int i, int[] dims) {
    return element.ge(0).logicalAnd(element.lt(span(i))).reshape(Shape.of(dims));
  }

  private static Tensor both(@Nullable Tensor a, Tensor b) {
    return a == null ? b : a.logicalAnd(b);
  }

  private static Tensor counter(int n, Device device) {
    return new Tensor(Graph.iota(n, device));
  }
}
