package dev.adjoint;

import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.ops.Indexing;
import dev.adjoint.ops.Operands;
import dev.adjoint.ops.Paddings;
import dev.adjoint.ops.ShapeMath;
import java.util.Arrays;

/** Padding and repetition. */
public sealed interface TilingOps permits Tensor {
  /**
   * This surrounded by zeros: {@code sizes} are pairs of counts before and after, from the last axis to the first; a negative
   * count cuts elements off.
   *
   * @throws IllegalArgumentException if there is an odd number of sizes, or more than two per axis
   */
  default Tensor pad(int... sizes) {
    return surrounded(sizes, 0);
  }

  private Tensor surrounded(int[] sizes, Number value) {
    Tensor x = (Tensor) this;
    int rank = x.rank();
    requirePairs(sizes);
    int[] before = new int[rank];
    int[] dims = x.shape().dims();
    for (int i = 0; i < sizes.length / 2; i++) {
      int axis = rank - 1 - i;
      long start = Math.max(0, -(long) sizes[2 * i]);
      long kept = dims[axis] - start - Math.max(0, -(long) sizes[2 * i + 1]);
      if (kept < 0) {
        throw OpError.of(
            "pad",
            "sizes " + Arrays.toString(sizes) + " cut off more than shape " + x.shape() + " has");
      }
      x = ShapeMath.slice(x, axis, (int) start, 1, (int) kept);
      before[axis] = Math.max(0, sizes[2 * i]);
      dims[axis] = ShapeMath.size("pad", before[axis] + kept + Math.max(0, sizes[2 * i + 1]));
    }
    Node scalar = Graph.constant(x.dtype(), Operands.bits("pad", value, x.dtype()), x.device());
    return new Tensor(Graph.pad(x.node(), scalar, Axes.of(before), Shape.of(dims)));
  }

  /**
   * This surrounded as a mode says; sizes are as in {@link #pad(int...)}.
   *
   * <ul>
   *   <li>{@code "constant"}: by zeros;
   *   <li>{@code "reflect"}: by its elements mirrored at the first and at the last one, which are not repeated;
   *   <li>{@code "replicate"}: by its first and its last element;
   *   <li>{@code "circular"}: by the elements at its other end.
   * </ul>
   *
   * A negative count cuts elements off. As in PyTorch, but of any number of axes.
   *
   * @throws IllegalArgumentException if the mode is another, or an axis has too few elements: more than the count for reflect, as
   *     many for circular, one for replicate
   */
  default Tensor pad(int[] sizes, String mode) {
    requirePairs(sizes);
    return mode.equals("constant") ? pad(sizes) : Paddings.pad((Tensor) this, sizes, mode);
  }

  /**
   * This surrounded by a value, for the mode {@code "constant"}; sizes are as in {@link #pad(int...)}.
   *
   * @throws IllegalArgumentException if the mode is another, or the value is none of the type
   */
  default Tensor pad(int[] sizes, String mode, Number value) {
    if (!mode.equals("constant")) {
      throw OpError.of("pad", "mode \"" + mode + "\" takes no value, only \"constant\" does");
    }
    return surrounded(sizes, value);
  }

  private void requirePairs(int[] sizes) {
    Shape shape = ((Tensor) this).shape();
    if (sizes.length % 2 != 0 || sizes.length > 2 * shape.rank()) {
      throw OpError.of(
          "pad", "sizes " + Arrays.toString(sizes) + " are no pairs for axes of shape " + shape);
    }
  }

  /** This repeated along its axes; missing counts at the front are 1. */
  default Tensor tile(int... counts) {
    int rank = ((Tensor) this).rank();
    int[] all = new int[Math.max(rank, counts.length)];
    Arrays.fill(all, 1);
    System.arraycopy(counts, 0, all, all.length - counts.length, counts.length);
    return repeat(all);
  }

  /** This repeated along its axes; further counts at the front make new axes. */
  default Tensor repeat(int... counts) {
    Tensor x = (Tensor) this;
    int added = counts.length - x.rank();
    if (added < 0 || Arrays.stream(counts).anyMatch(c -> c < 0)) {
      throw OpError.of(
          "repeat", "counts " + Arrays.toString(counts) + " do not fit shape " + x.shape());
    }
    int[] split = new int[2 * counts.length];
    int[] wide = new int[2 * counts.length];
    int[] dims = new int[counts.length];
    for (int i = 0; i < counts.length; i++) {
      int n = i < added ? 1 : x.dim(i - added);
      split[2 * i] = 1;
      split[2 * i + 1] = n;
      wide[2 * i] = counts[i];
      wide[2 * i + 1] = n;
      dims[i] = ShapeMath.size("repeat", (long) counts[i] * n);
    }
    boolean same = Arrays.stream(counts).allMatch(c -> c == 1);
    return same
        ? x.reshape(Shape.of(dims))
        : x.reshape(Shape.of(split)).broadcastTo(Shape.of(wide)).reshape(Shape.of(dims));
  }

  /** Every element repeated a number of times along an axis. */
  default Tensor repeatInterleave(int count, int axis) {
    Tensor x = (Tensor) this;
    int a = x.shape().axis(axis, "repeatInterleave");
    if (count < 0) {
      throw OpError.of("repeatInterleave", "the count must not be negative, it is " + count);
    }
    Shape wide = ShapeMath.insert(x.shape(), a + 1, count);
    int size = ShapeMath.size("repeatInterleave", (long) x.dim(a) * count);
    return x.unsqueeze(a + 1).broadcastTo(wide).reshape(x.shape().with(a, size));
  }

  /**
   * Every slice along an axis repeated as often as an i32 or i64 vector says for it, or a single count for all. The sum of the
   * counts is read at the call.
   *
   * @throws IllegalArgumentException if there is no count for each slice, or one is negative
   */
  default Tensor repeatInterleave(Tensor counts, int axis) {
    return Indexing.repeat((Tensor) this, counts, axis);
  }

  /** Every element, in row-major order, repeated as often as a vector says, see {@link #repeatInterleave(Tensor, int)}. */
  default Tensor repeatInterleave(Tensor counts) {
    return ((Tensor) this).flatten().repeatInterleave(counts, 0);
  }

  /** Every element, in row-major order, repeated a number of times. */
  default Tensor repeatInterleave(int count) {
    return ((Tensor) this).flatten().repeatInterleave(count, 0);
  }
}
