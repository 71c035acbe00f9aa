package dev.adjoint.cpu.product;

import dev.adjoint.kernel.Geometry;

/**
 * Matrices of a launch, one for each index of its first axes in row-major order.
 *
 * @param axes how many axes count matrices
 * @param count the number of matrices
 */
record Batch(Geometry geometry, int axes, long count) {
  static Batch of(Geometry geometry, int axes) {
    long count = 1;
    for (int a = 0; a < axes; a++) {
      count *= geometry.sizes()[a];
    }
    return new Batch(geometry, axes, count);
  }

  /** The element of an operand at which a matrix begins. */
  long at(int operand, long number) {
    long element = geometry.offsets()[operand];
    long rest = number;
    for (int a = axes - 1; a >= 0; a--) {
      element += rest % geometry.sizes()[a] * geometry.strides()[operand][a];
      rest /= geometry.sizes()[a];
    }
    return element;
  }

  /** The stride of an operand along an axis behind those of the batch, in elements. */
  long stride(int operand, int axis) {
    return geometry.strides()[operand][axes + axis];
  }

  /** The size of an axis behind those of the batch. */
  int size(int axis) {
    return geometry.sizes()[axes + axis];
  }
}
