package dev.adjoint.ops;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import java.util.Arrays;

/** The arithmetic of shapes and index ranges. */
public final class ShapeMath {
  private ShapeMath() {}

  /** Sizes as a shape of {@code size} elements, with one -1 computed. */
  public static Shape resolve(String op, Shape from, long size, int... sizes) {
    int[] dims = sizes.clone();
    int free = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1 && free < 0) {
        free = i;
      } else if (dims[i] < 0) {
        throw OpError.of(
            op, "bad sizes " + Arrays.toString(sizes) + ": only one may be -1, none may be less");
      }
    }
    long known = Axes.product(Arrays.stream(dims).filter(d -> d >= 0).toArray());
    if (free >= 0 && known != 0) {
      long rest = size / known;
      dims[free] = rest <= Integer.MAX_VALUE ? (int) rest : -1;
    }
    boolean fits =
        free < 0 ? known == size : known != 0 && dims[free] >= 0 && known * dims[free] == size;
    if (!fits) {
      throw OpError.of(
          op, from + " with " + size + " elements does not fit " + Arrays.toString(sizes));
    }
    return Shape.of(dims);
  }

  /** Sizes in which -1 stands for the present one, aligned at the right. */
  public static Shape keepSizes(String op, Shape shape, int... sizes) {
    int[] dims = sizes.clone();
    int added = dims.length - shape.rank();
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1 && i >= added) {
        dims[i] = shape.dim(i - added);
      } else if (dims[i] < 0) {
        throw OpError.of(
            op, "bad size " + dims[i] + " in " + Arrays.toString(sizes) + " for shape " + shape);
      }
    }
    return Shape.of(dims);
  }

  /** Whether a shape broadcasts to another. */
  public static boolean stretches(Shape from, Shape to) {
    int added = to.rank() - from.rank();
    boolean valid = added >= 0;
    for (int i = 0; valid && i < from.rank(); i++) {
      valid = from.dim(i) == 1 || from.dim(i) == to.dim(i + added);
    }
    return valid;
  }

  public static Shape insert(Shape shape, int axis, int size) {
    int[] dims = new int[shape.rank() + 1];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = i == axis ? size : shape.dim(i < axis ? i : i - 1);
    }
    return Shape.of(dims);
  }

  public static Shape flatten(Shape shape, int from, int to) {
    int first = shape.axis(from, "flatten");
    int last = shape.axis(to, "flatten");
    if (first > last) {
      throw OpError.of(
          "flatten", "axis " + from + " comes after axis " + to + " in shape " + shape);
    }
    int[] dims = new int[shape.rank() - (last - first)];
    for (int i = 0; i < shape.rank(); i++) {
      if (i < first || i > last) {
        dims[i < first ? i : i - (last - first)] = shape.dim(i);
      }
    }
    dims[first] = size("flatten", Axes.product(Arrays.copyOfRange(shape.dims(), first, last + 1)));
    return Shape.of(dims);
  }

  /**
   * The size of an axis.
   *
   * @throws IllegalArgumentException if it is too large for one
   */
  public static int size(String op, long elements) {
    if (elements > Integer.MAX_VALUE) {
      throw OpError.of(op, "an axis cannot have " + elements + " elements");
    }
    return (int) elements;
  }

  /** The axes in order: 0 to rank - 1. */
  public static int[] order(int rank) {
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i;
    }
    return order;
  }

  /** The order in which axes are at other positions, and those left over as they were. */
  public static Axes moved(Tensor x, int[] from, int[] to) {
    int[] order = new int[x.rank()];
    boolean[] taken = new boolean[order.length];
    Arrays.fill(order, -1);
    boolean fits = from.length == to.length;
    for (int i = 0; fits && i < from.length; i++) {
      int axis = x.shape().axis(from[i], "movedim");
      int place = x.shape().axis(to[i], "movedim");
      fits = !taken[axis] && order[place] < 0;
      taken[axis] = true;
      order[place] = axis;
    }
    if (!fits) {
      throw OpError.of(
          "movedim",
          "axes "
              + Arrays.toString(from)
              + " to "
              + Arrays.toString(to)
              + " of shape "
              + x.shape()
              + ": needs as many of both, none of them twice");
    }
    int next = 0;
    for (int place = 0; place < order.length; place++) {
      if (order[place] < 0) {
        while (taken[next]) {
          next++;
        }
        order[place] = next++;
      }
    }
    return Axes.of(order);
  }

  /** The elements start, start + step, ... of one axis. */
  public static Tensor slice(Tensor x, int axis, int start, int step, int count) {
    int[] starts = new int[x.rank()];
    int[] steps = new int[x.rank()];
    Arrays.fill(steps, 1);
    starts[axis] = count == 0 ? 0 : start;
    steps[axis] = step;
    return new Tensor(
        Graph.slice(x.node(), Axes.of(starts), Axes.of(steps), x.shape().with(axis, count)));
  }

  /** The elements of a range of one axis. */
  public static Tensor range(Tensor x, int axis, int start, int stop, int step) {
    int a = x.shape().axis(axis, "slice");
    Range range = range("slice", x.dim(a), start, stop, step);
    return slice(x, a, range.first, step, range.count);
  }

  /** Where a range begins, and how many elements it has. */
  record Range(int first, int count) {}

  /** A range of n elements by the rules of Python: negative bounds count from the end, and bounds are clamped. */
  static Range range(String op, int n, int start, int stop, int step) {
    if (step == 0) {
      throw OpError.of(op, "the step is 0");
    }
    long low = step > 0 ? 0 : -1;
    long first = Math.clamp(start < 0 ? (long) start + n : start, low, low + n);
    long end = Math.clamp(stop < 0 ? (long) stop + n : stop, low, low + n);
    long count =
        step > 0 ? Math.ceilDiv(end - first, (long) step) : Math.ceilDiv(first - end, -(long) step);
    return new Range((int) first, (int) Math.max(0, count));
  }

  /** An index from -n to n-1 as one from 0. */
  public static int index(String op, Tensor x, int axis, int index) {
    int n = x.dim(axis);
    if (index < -n || index >= n) {
      throw OpError.of(
          op, "index " + index + " is out of range for axis " + axis + " of shape " + x.shape());
    }
    return index < 0 ? index + n : index;
  }
}
