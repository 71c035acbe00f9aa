package dev.adjoint.schedule;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An element number as a function of a kernel's axes: {@code offset + sum of coefficients[a] * index[a]}. It counts the
 * elements of a node in row-major order, so reshaping does not change it.
 */
final class Affine {
  final long offset;
  final long[] coefficients;

  Affine(long offset, long[] coefficients) {
    this.offset = offset;
    this.coefficients = coefficients;
  }

  /**
   * Takes the element number apart into indices along the axes of a shape.
   *
   * <p>Each kernel axis is given to the shape axis whose stride is the largest that divides into its coefficient. The result
   * is right if every index then stays within its axis, because such a decomposition is unique.
   *
   * @param dims the sizes of the shape's axes
   * @param sizes the sizes of the kernel's axes
   * @return one function per shape axis, or null if the indices are not affine in these kernel axes
   * @throws Split if they would be affine after splitting a kernel axis
   */
  Affine @Nullable [] split(long[] dims, int[] sizes) throws Split {
    int rank = dims.length;
    long[] strides = new long[rank];
    long stride = 1;
    for (int d = rank - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= dims[d];
    }
    long[][] parts = new long[rank][sizes.length];
    long[] starts = new long[rank];
    long rest = offset;
    for (int d = 0; d < rank; d++) {
      starts[d] = dims[d] == 1 ? 0 : rest / strides[d];
      rest -= starts[d] * strides[d];
    }
    if (rest != 0) {
      return null;
    }
    for (int a = 0; a < sizes.length; a++) {
      long c = coefficients[a];
      if (c == 0 || sizes[a] == 1) {
        continue;
      }
      int d = owner(Math.abs(c), dims, strides);
      if (d < 0) {
        return null;
      }
      long steps = dims[d] * strides[d] / Math.abs(c);
      if (sizes[a] > steps) {
        if (dims[d] * strides[d] % Math.abs(c) != 0 || steps < 1 || sizes[a] % steps != 0) {
          return null;
        }
        throw new Split(a, (int) steps);
      }
      parts[d][a] = c / strides[d];
    }
    Affine[] indices = new Affine[rank];
    for (int d = 0; d < rank; d++) {
      indices[d] = new Affine(starts[d], parts[d]);
      if (!indices[d].within(dims[d], sizes)) {
        return null;
      }
    }
    return indices;
  }

  private static int owner(long c, long[] dims, long[] strides) {
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] > 1 && strides[d] <= c) {
        return c % strides[d] == 0 ? d : -1;
      }
    }
    return -1;
  }

  private boolean within(long dim, int[] sizes) {
    long low = offset;
    long high = offset;
    for (int a = 0; a < sizes.length; a++) {
      long span = coefficients[a] * (sizes[a] - 1);
      low += Math.min(span, 0);
      high += Math.max(span, 0);
    }
    return low >= 0 && high < dim;
  }

  /** The element number of indices along axes with the given strides. */
  static Affine join(Affine[] indices, long[] strides, int axes) {
    long offset = 0;
    long[] coefficients = new long[axes];
    for (int d = 0; d < indices.length; d++) {
      offset += indices[d].offset * strides[d];
      for (int a = 0; a < axes; a++) {
        coefficients[a] += indices[d].coefficients[a] * strides[d];
      }
    }
    return new Affine(offset, coefficients);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Affine a
        && offset == a.offset
        && Arrays.equals(coefficients, a.coefficients);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(offset) * 31 + Arrays.hashCode(coefficients);
  }

  /** Says that a kernel axis must be two axes, the inner one of the given size. */
  static final class Split extends Exception {
    private static final long serialVersionUID = 1L;
    final int axis;
    final int inner;

    Split(int axis, int inner) {
      super(null, null, false, false);
      this.axis = axis;
      this.inner = inner;
    }
  }
}
