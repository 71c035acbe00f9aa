package dev.adjoint;

import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.ops.Diagonals;
import dev.adjoint.ops.Operands;
import dev.adjoint.ops.Paddings;
import dev.adjoint.ops.Sequences;
import dev.adjoint.ops.ShapeMath;
import java.util.Arrays;

/** Padding, repetition, diagonals and triangles. */
public sealed interface TilingOps permits Tensor {
  /** This surrounded by zeros: {@code sizes} are pairs of counts before and after, from the last axis to the first. */
  default Tensor pad(int... sizes) {
    return pad(sizes, 0);
  }

  /**
   * This surrounded by a value: {@code sizes} are pairs of counts before and after, from the last axis to the first; a
   * negative count cuts elements off.
   *
   * @throws IllegalArgumentException if there is an odd number of sizes, or more than two per axis
   */
  default Tensor pad(int[] sizes, Number value) {
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
   * This surrounded as a mode says; sizes are as in {@link #pad(int[], Number)}.
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
    return mode.equals("constant") ? pad(sizes, 0) : Paddings.pad((Tensor) this, sizes, mode);
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

  /** Every element, in row-major order, repeated a number of times. */
  default Tensor repeatInterleave(int count) {
    return ((Tensor) this).flatten().repeatInterleave(count, 0);
  }

  /** The main diagonal of the first two axes, which becomes the last axis. */
  default Tensor diagonal() {
    return diagonal(0, 0, 1);
  }

  /** The diagonal of two axes, which becomes the last axis; an offset above 0 is above the main diagonal. */
  default Tensor diagonal(int offset, int rows, int columns) {
    Tensor x = (Tensor) this;
    int r = x.shape().axis(rows, "diagonal");
    int c = x.shape().axis(columns, "diagonal");
    if (r == c) {
      throw OpError.of(
          "diagonal",
          "the axes " + rows + " and " + columns + " of shape " + x.shape() + " are the same");
    }
    Tensor matrices = x.movedim(r, -1).movedim(c > r ? c - 1 : c, -1);
    int m = x.dim(r);
    int n = x.dim(c);
    int count = Math.max(0, offset >= 0 ? Math.min(m, n - offset) : Math.min(m + offset, n));
    Tensor flat = matrices.flatten(-2);
    return ShapeMath.slice(flat, flat.rank() - 1, offset >= 0 ? offset : -offset * n, n + 1, count);
  }

  /** The diagonal of a matrix, or the matrix with a vector on its diagonal and zeros elsewhere. */
  default Tensor diag() {
    Tensor x = (Tensor) this;
    if (x.rank() != 1 && x.rank() != 2) {
      throw OpError.of("diag", "needs a vector or a matrix, not shape " + x.shape());
    }
    if (x.rank() == 2) {
      return diagonal();
    }
    int n = x.dim(0);
    return band(n, n, true, 0)
        .logicalAnd(band(n, n, false, 0))
        .where(x, Operands.like("diag", 0, x.dtype(), x));
  }

  /** Matrices with the vectors of the last axis on their diagonals and zeros elsewhere. */
  default Tensor diagEmbed() {
    return diagEmbed(0, -2, -1);
  }

  /**
   * Matrices with the vectors of the last axis on a diagonal and zeros elsewhere: an offset above 0 is above the main diagonal,
   * and the result has its rows and columns along two given axes.
   *
   * @throws IllegalArgumentException if this is a scalar, or both axes are the same
   */
  default Tensor diagEmbed(int offset, int rows, int columns) {
    return Diagonals.embed((Tensor) this, offset, rows, columns);
  }

  /** The sum of the diagonal of a matrix. */
  default Tensor trace() {
    Tensor x = (Tensor) this;
    if (x.rank() != 2) {
      throw OpError.of("trace", "needs a matrix, not shape " + x.shape());
    }
    return diagonal().sum();
  }

  /** The last two axes with zeros above the main diagonal. */
  default Tensor tril() {
    return tril(0);
  }

  /** The last two axes with zeros above a diagonal. */
  default Tensor tril(int diagonal) {
    return triangle("tril", true, diagonal);
  }

  /** The last two axes with zeros below the main diagonal. */
  default Tensor triu() {
    return triu(0);
  }

  /** The last two axes with zeros below a diagonal. */
  default Tensor triu(int diagonal) {
    return triangle("triu", false, diagonal);
  }

  private Tensor triangle(String op, boolean lower, int diagonal) {
    Tensor x = (Tensor) this;
    if (x.rank() < 2) {
      throw OpError.of(op, "needs at least 2 axes, not shape " + x.shape());
    }
    return band(x.dim(-2), x.dim(-1), lower, diagonal).where(x, Operands.like(op, 0, x.dtype(), x));
  }

  private Tensor band(int rows, int columns, boolean lower, int diagonal) {
    return Sequences.band(rows, columns, lower, diagonal, ((Tensor) this).device());
  }
}
