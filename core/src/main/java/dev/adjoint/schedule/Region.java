package dev.adjoint.schedule;

import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Op;

/**
 * Slices that are one run of a value in memory, such as a step of a sequence. A kernel reads one as a value of its own, which
 * begins somewhere in a buffer, so that one kernel serves all steps.
 */
final class Region {
  /** What the beginnings of regions in bytes are multiples of, as those of all values are. */
  private static final long ALIGNMENT = 64;

  private Region() {}

  /** The value in memory that a node is a region of; -1 if it is none, or in memory itself. */
  static int base(Walk walk, boolean[] stored, int i) {
    if (walk.isLeaf(i) || stored[i] || !(walk.op(i) instanceof Op.Slice)) {
      return -1;
    }
    int below = i;
    while (!walk.isLeaf(below) && !stored[below]) {
      boolean run = walk.op(below) instanceof Op.Slice slice && isRun(walk, below, slice);
      if (!run && !walk.isAlias(below)) {
        return -1;
      }
      below = walk.input(below, 0);
    }
    return start(walk, stored, i) % ALIGNMENT == 0 ? below : -1;
  }

  /** Where a region begins, in bytes from the beginning of its value. */
  static long start(Walk walk, boolean[] stored, int i) {
    long start = 0;
    for (int below = i; !walk.isLeaf(below) && !stored[below]; below = walk.input(below, 0)) {
      if (walk.op(below) instanceof Op.Slice(Axes starts, var _)) {
        long[] strides = walk.nodes[below].input(0).shape().strides();
        for (int d = 0; d < strides.length; d++) {
          start += starts.get(d) * strides[d];
        }
      }
    }
    return start * walk.nodes[i].dtype().bytes();
  }

  /** Whether the elements of a slice are neighbours, in the order in which they are counted. */
  static boolean isRun(Walk walk, int i, Op.Slice slice) {
    Shape shape = walk.nodes[i].shape();
    Shape whole = walk.nodes[i].input(0).shape();
    int first = 0;
    while (first < shape.rank() && shape.dim(first) == 1) {
      first++;
    }
    for (int d = first; d < shape.rank(); d++) {
      boolean isCut = d > first && shape.dim(d) != whole.dim(d);
      if (isCut || (shape.dim(d) > 1 && slice.steps().get(d) != 1)) {
        return false;
      }
    }
    return true;
  }
}
