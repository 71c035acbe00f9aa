package dev.adjoint.cpu.plain;

import dev.adjoint.kernel.Geometry;

/**
 * The rows of a launch along one of its axes: one for each index of the other axes, in row-major order.
 *
 * @param sizes the sizes of the other axes
 * @param strides for each operand the strides of the other axes, in elements
 * @param offsets for each operand the offset in elements
 * @param count the number of rows
 */
record Rows(int[] sizes, long[][] strides, long[] offsets, long count) {
  static Rows of(Geometry geometry, int axis) {
    int rank = geometry.sizes().length;
    int operands = geometry.strides().length;
    int[] sizes = new int[rank - 1];
    long[][] strides = new long[operands][rank - 1];
    long count = 1;
    for (int a = 0, to = 0; a < rank; a++) {
      if (a != axis) {
        sizes[to] = geometry.sizes()[a];
        for (int o = 0; o < operands; o++) {
          strides[o][to] = geometry.strides()[o][a];
        }
        count *= sizes[to++];
      }
    }
    return new Rows(sizes, strides, geometry.offsets().clone(), count);
  }

  /** The element of an operand at which a row begins. */
  long at(int operand, long row) {
    long element = offsets[operand];
    long rest = row;
    for (int a = sizes.length - 1; a >= 0; a--) {
      element += rest % sizes[a] * strides[operand][a];
      rest /= sizes[a];
    }
    return element;
  }

  /** The stride of an operand from a row to the next, as far as the last of the other axes goes. */
  long step(int operand) {
    return sizes.length == 0 ? 0 : strides[operand][sizes.length - 1];
  }
}
