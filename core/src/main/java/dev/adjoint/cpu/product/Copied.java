package dev.adjoint.cpu.product;

/**
 * A factor of a product whose elements are copies of those of a value in memory, some of them more than once.
 *
 * @param rows the axes of its rows, which are m or n, in row-major order
 * @param strides their strides in bytes
 * @param depth the axes of k
 * @param steps their strides in bytes
 * @param bytes the size of an element
 */
record Copied(int[] rows, long[] strides, int[] depth, long[] steps, int bytes) {
  /** A factor that is a matrix. */
  static Copied of(int rows, int deep, Matrix matrix, int bytes) {
    return new Copied(
        new int[] {rows},
        new long[] {matrix.rowStride()},
        new int[] {deep},
        new long[] {matrix.columnStride()},
        bytes);
  }

  /** Where an index along some axes is, in bytes from the first. */
  static long at(long index, int[] sizes, long[] strides, int axes) {
    long at = 0;
    long rest = index;
    for (int axis = axes - 1; axis >= 0; axis--) {
      at += rest % sizes[axis] * strides[axis];
      rest /= sizes[axis];
    }
    return at;
  }
}
