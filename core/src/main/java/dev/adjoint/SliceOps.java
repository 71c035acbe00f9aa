package dev.adjoint;

import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.ops.Reductions;
import dev.adjoint.ops.ShapeMath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Parts of a tensor, and reordering along axes. Negative axes and positions count from the end. */
public sealed interface SliceOps permits Tensor {
  /** A number of elements from a position on. */
  default Tensor narrow(int axis, int start, int length) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "narrow");
    int n = x.dim(a);
    int first = start < 0 ? start + n : start;
    if (first < 0 || length < 0 || (long) first + length > n) {
      throw OpError.of(
          "narrow",
          length
              + " elements from "
              + start
              + " are out of range for axis "
              + axis
              + " of shape "
              + x.shape());
    }
    return ShapeMath.slice(x, a, first, 1, length);
  }

  /** The elements from a position to another, exclusive, as {@code x[start:stop]} of Python. */
  default Tensor slice(int axis, int start, int stop) {
    return slice(axis, start, stop, 1);
  }

  /**
   * Every step-th element, as {@code x[start:stop:step]} of Python. With a negative step, {@code Integer.MIN_VALUE} as
   * the stop goes down to the first element.
   */
  default Tensor slice(int axis, int start, int stop, int step) {
    return ShapeMath.range((Tensor) this, axis, start, stop, step);
  }

  /**
   * All windows of {@code size} elements along an axis, which begin {@code step} elements apart: the axis counts windows, and one
   * more at the end counts the elements of a window. The result is a view: nothing is copied.
   *
   * @throws IllegalArgumentException if the size or the step is not positive, or the axis is shorter than a window
   */
  default Tensor unfold(int axis, int size, int step) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "unfold");
    return new Tensor(Graph.unfold(x.node(), Axes.of(a), Axes.of(size), Axes.of(step), Axes.of(1)));
  }

  /** The elements at one position of an axis, which is dropped. */
  default Tensor select(int axis, int index) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "select");
    Tensor kept = ShapeMath.slice(x, a, ShapeMath.index("select", x, a, index), 1, 1);
    return kept.reshape(Reductions.without(kept.shape(), new int[] {a}));
  }

  /** Parts of equal length along the first axis; the last one may be shorter. */
  default List<Tensor> split(int length) {
    return split(length, 0);
  }

  /** Parts of equal length along an axis; the last one may be shorter. */
  default List<Tensor> split(int length, int axis) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "split");
    if (length <= 0) {
      throw OpError.of("split", "the length must be positive, not " + length);
    }
    var parts = new ArrayList<Tensor>();
    for (long start = 0; start == 0 || start < x.dim(a); start += length) {
      parts.add(ShapeMath.slice(x, a, (int) start, 1, (int) Math.min(length, x.dim(a) - start)));
    }
    return List.copyOf(parts);
  }

  /** Parts of given lengths along the first axis, which must add up to its size. */
  default List<Tensor> split(int[] lengths) {
    return split(lengths, 0);
  }

  /** Parts of given lengths along an axis, which must add up to its size. */
  default List<Tensor> split(int[] lengths, int axis) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "split");
    var parts = new ArrayList<Tensor>();
    int start = 0;
    for (int length : lengths) {
      parts.add(narrow(a, start, length));
      start += length;
    }
    if (start != x.dim(a)) {
      throw OpError.of(
          "split",
          "lengths add up to "
              + start
              + ", not to "
              + x.dim(a)
              + ": axis "
              + axis
              + " of shape "
              + x.shape());
    }
    return List.copyOf(parts);
  }

  /** At most {@code count} parts of equal length along the first axis; the last one may be shorter. */
  default List<Tensor> chunk(int count) {
    return chunk(count, 0);
  }

  /** At most {@code count} parts of equal length along an axis; the last one may be shorter. */
  default List<Tensor> chunk(int count, int axis) {
    Tensor x = (Tensor) this;
    if (count <= 0) {
      throw OpError.of("chunk", "the count must be positive, not " + count);
    }
    return split(
        Math.max(1, Math.ceilDiv(x.shape().dim(x.shape().axis(axis, "chunk")), count)), axis);
  }

  /** A number of parts along the first axis, see {@link #tensorSplit(int, int)}. */
  default List<Tensor> tensorSplit(int sections) {
    return tensorSplit(sections, 0);
  }

  /**
   * A number of parts along an axis, of which the first ones are longer by one element if its size is no multiple of the number.
   */
  default List<Tensor> tensorSplit(int sections, int axis) {
    Tensor x = (Tensor) this;
    int n = x.dim(x.shape().axis(axis, "tensorSplit"));
    if (sections <= 0) {
      throw OpError.of("tensorSplit", "the number of parts must be positive, not " + sections);
    }
    int[] bounds = new int[sections - 1];
    for (int i = 1; i < sections; i++) {
      bounds[i - 1] = i * (n / sections) + Math.min(i, n % sections);
    }
    return tensorSplit(bounds, axis);
  }

  /** The parts along the first axis between bounds, see {@link #tensorSplit(int[], int)}. */
  default List<Tensor> tensorSplit(int[] bounds) {
    return tensorSplit(bounds, 0);
  }

  /** The parts along an axis between bounds: {@code x[0:a], x[a:b], ..., x[z:]} of Python for bounds a, b to z. */
  default List<Tensor> tensorSplit(int[] bounds, int axis) {
    var parts = new ArrayList<Tensor>();
    int start = 0;
    for (int bound : bounds) {
      parts.add(slice(axis, start, bound));
      start = bound;
    }
    parts.add(slice(axis, start, Integer.MAX_VALUE));
    return List.copyOf(parts);
  }

  /** The slices along the first axis, which is dropped. */
  default List<Tensor> unbind() {
    return unbind(0);
  }

  /** The slices along an axis, which is dropped. */
  default List<Tensor> unbind(int axis) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "unbind");
    var parts = new ArrayList<Tensor>();
    for (int i = 0; i < x.dim(a); i++) {
      parts.add(select(a, i));
    }
    return List.copyOf(parts);
  }

  /** The elements in reverse order along axes. */
  default Tensor flip(int... axes) {
    Tensor x = (Tensor) this;
    for (int axis : axes.length == 0 ? axes : Reductions.axes("flip", x, axes)) {
      x = ShapeMath.slice(x, axis, x.dim(axis) - 1, -1, x.dim(axis));
    }
    return x;
  }

  /** The elements moved up along an axis; what leaves at the end comes in at the start. */
  default Tensor roll(int shift, int axis) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "roll");
    int n = x.dim(a);
    int k = n == 0 ? 0 : Math.floorMod(shift, n);
    return k == 0 ? x : Tensors.cat(List.of(narrow(a, n - k, k), narrow(a, 0, n - k)), a);
  }

  /** The elements moved along several axes. */
  default Tensor roll(int[] shifts, int[] axes) {
    if (shifts.length != axes.length) {
      throw OpError.of("roll", shifts.length + " shifts for " + axes.length + " axes");
    }
    Tensor x = (Tensor) this;
    for (int i = 0; i < axes.length; i++) {
      x = x.roll(shifts[i], axes[i]);
    }
    return x;
  }

  /** The elements in row-major order moved up, in the same shape. */
  default Tensor roll(int shift) {
    Tensor x = (Tensor) this;
    return x.flatten().roll(shift, 0).reshape(x.shape());
  }

  /** The plane of the first two axes turned by a quarter turn. */
  default Tensor rot90() {
    return rot90(1);
  }

  /** The plane of the first two axes turned by quarter turns. */
  default Tensor rot90(int turns) {
    return rot90(turns, 0, 1);
  }

  /**
   * The plane of two axes turned by quarter turns from the first to the second axis.
   *
   * @throws IllegalArgumentException if there are not two different axes
   */
  default Tensor rot90(int turns, int... axes) {
    Tensor x = (Tensor) this;
    if (axes.length != 2) {
      throw OpError.of("rot90", "needs two axes, not " + Arrays.toString(axes));
    }
    int a = axes[0];
    int b = axes[1];
    if (x.shape().axis(a, "rot90") == x.shape().axis(b, "rot90")) {
      throw OpError.of(
          "rot90", "the axes " + a + " and " + b + " of shape " + x.shape() + " are the same");
    }
    return switch (Math.floorMod(turns, 4)) {
      case 1 -> x.flip(b).transpose(a, b);
      case 2 -> x.flip(a, b);
      case 3 -> x.flip(a).transpose(a, b);
      case 0 -> x;
      default -> throw new AssertionError();
    };
  }
}
