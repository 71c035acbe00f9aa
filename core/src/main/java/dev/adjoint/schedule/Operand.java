package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;

/**
 * A memory operand of a launch under construction.
 *
 * @param kind what is done
 * @param dtype the element type in memory
 * @param node the position of the node whose value is read or written; -1 for an index; or {@link #RAW}
 * @param element which element, over the axes of the kernel's space
 */
record Operand(Access.Kind kind, DType dtype, int node, Affine element) {
  /** Stands for the value that takes the result of a group's head, which is chosen when all outputs are known. */
  static final int RAW = -2;

  /** This operand over a number of axes, of which further ones do not move it. */
  Operand over(int rank) {
    return new Operand(kind, dtype, node, element.over(rank));
  }
}
