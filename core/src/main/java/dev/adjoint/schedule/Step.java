package dev.adjoint.schedule;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/**
 * One launch of a plan.
 *
 * @param kernel what is computed
 * @param geometry where
 * @param values for each access of the kernel the value that it reads or writes: the position of a node in the walk, or a
 *     number behind the last node for scratch memory; -1 for an index
 * @param scalars for each run-time scalar where it comes from
 */
record Step(Kernel kernel, Geometry geometry, int[] values, Scalar[] scalars) {
  private static final long[] NONE = {};

  /** A run-time scalar: the scalar of a node, or a fixed number if the node is -1. */
  record Scalar(int node, long value) {
    static Scalar of(int node, int index) {
      return new Scalar(node, index);
    }

    static Scalar fixed(long value) {
      return new Scalar(-1, value);
    }
  }

  /** The bits of all scalars in a run over a walk. */
  long[] bits(Walk walk) {
    if (scalars.length == 0) {
      return NONE;
    }
    long[] bits = new long[scalars.length];
    for (int k = 0; k < bits.length; k++) {
      bits[k] =
          scalars[k].node < 0
              ? scalars[k].value
              : walk.nodes[scalars[k].node].scalars()[(int) scalars[k].value];
    }
    return bits;
  }
}
