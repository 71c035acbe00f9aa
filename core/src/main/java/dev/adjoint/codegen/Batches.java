package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/** The batch axes of a matrix product: those of size 1 are dropped, and those that only continue the rows become rows. */
final class Batches {
  private Batches() {}

  /** The geometry with as few batch axes as possible, followed by m, n and k; that of computed factors stays as it is. */
  static Geometry merged(Kernel.MatMul kernel, Geometry geometry) {
    if (kernel.left() != null || kernel.right() != null) {
      return geometry;
    }
    int[] sizes = geometry.sizes();
    int rank = sizes.length;
    int rows = rank - 3;
    int m = sizes[rows];
    int axes = rank - 3;
    while (axes > 0 && continuesRows(geometry, axes - 1, m)) {
      axes--;
      m *= sizes[axes];
    }
    List<Integer> kept = new ArrayList<>();
    for (int a = 0; a < axes; a++) {
      if (sizes[a] != 1) {
        kept.add(a);
      }
    }
    for (int a = rows; a < rank; a++) {
      kept.add(a);
    }
    int[] newSizes = kept.stream().mapToInt(a -> sizes[a]).toArray();
    newSizes[newSizes.length - 3] = m;
    long[][] strides = new long[geometry.strides().length][];
    for (int a = 0; a < strides.length; a++) {
      long[] all = geometry.strides()[a];
      strides[a] = kept.stream().mapToLong(axis -> all[axis]).toArray();
    }
    return new Geometry(newSizes, geometry.offsets(), strides);
  }

  private static boolean continuesRows(Geometry geometry, int axis, int m) {
    int size = geometry.sizes()[axis];
    if (size == 1) {
      return true;
    }
    if ((long) m * size > Integer.MAX_VALUE) {
      return false;
    }
    int rows = geometry.sizes().length - 3;
    for (int a = 0; a < geometry.strides().length; a++) {
      long[] strides = geometry.strides()[a];
      if (strides[axis] != (a == 1 ? 0 : strides[rows] * m)) {
        return false;
      }
    }
    return true;
  }

  /** The number of products. */
  static long count(Kernel.MatMul kernel, Geometry geometry) {
    long count = 1;
    for (int a = 0; a < kernel.batchRank(geometry.sizes().length); a++) {
      count *= geometry.sizes()[a];
    }
    return count;
  }
}
