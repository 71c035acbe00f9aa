package dev.adjoint.kernel;

/**
 * Where a launch works: sizes of the kernel's axes, and for each access an offset and a stride per axis, in elements.
 *
 * @param sizes one size per axis
 * @param offsets one offset per access
 * @param strides one array per access, with a stride per axis
 */
public record Geometry(int[] sizes, long[] offsets, long[][] strides) {
  /** The number of index points, 0 if an axis is empty. */
  public long points() {
    long n = 1;
    for (int size : sizes) {
      n *= size;
    }
    return n;
  }
}
