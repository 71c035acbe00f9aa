package dev.adjoint.reference;

import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.NodeError;

/** Positions of elements in row-major order. */
final class Indices {
  private Indices() {}

  /** All indices of a shape, in row-major order. */
  static int[][] indices(Shape shape) {
    int n = Math.toIntExact(shape.size());
    int[][] all = new int[n][shape.rank()];
    long[] strides = shape.strides();
    for (int i = 0; i < n; i++) {
      for (int axis = 0; axis < shape.rank(); axis++) {
        all[i][axis] = (int) (i / strides[axis] % shape.dim(axis));
      }
    }
    return all;
  }

  /** The position of an index. */
  static int position(int[] index, long offset, long[] strides) {
    long position = offset;
    for (int axis = 0; axis < index.length; axis++) {
      position += index[axis] * strides[axis];
    }
    return Math.toIntExact(position);
  }

  /** The positions that an affine walk over a shape visits. */
  static int[] positions(Shape shape, long offset, long[] strides) {
    int[][] all = indices(shape);
    int[] positions = new int[all.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = position(all[i], offset, strides);
    }
    return positions;
  }

  /** For each element of a padded shape its position inside, or -1. */
  static int[] padded(Shape outer, Shape inner, Axes before, Axes steps) {
    int[][] all = indices(outer);
    int[] positions = new int[all.length];
    for (int i = 0; i < positions.length; i++) {
      int[] index = all[i];
      boolean inside = true;
      for (int axis = 0; axis < index.length; axis++) {
        int from = index[axis] - before.get(axis);
        index[axis] = Math.floorDiv(from, steps.get(axis));
        inside &=
            index[axis] >= 0
                && index[axis] < inner.dim(axis)
                && index[axis] * steps.get(axis) == from;
      }
      positions[i] = inside ? position(index, 0, inner.strides()) : -1;
    }
    return positions;
  }

  /** For each element of the index of a gather or scatter the position in a shape that it names along an axis. */
  static int[] along(int axis, Node node, Values index, Shape target) {
    int[][] all = indices(node.input(1).shape());
    int[] positions = new int[all.length];
    for (int i = 0; i < positions.length; i++) {
      long at = index.toLong(i);
      if (at < 0 || at >= target.dim(axis)) {
        throw NodeError.outOfRange(node, at);
      }
      all[i][axis] = (int) at;
      positions[i] = position(all[i], 0, target.strides());
    }
    return positions;
  }

  /** The position within part {@code index[axis]} of a concatenation. */
  static int moved(int[] index, int axis, int[] positions, Shape[] shapes) {
    int[] inside = index.clone();
    inside[axis] = positions[index[axis]];
    return position(inside, 0, shapes[index[axis]].strides());
  }
}
