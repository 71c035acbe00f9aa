package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;

/** How elements of one type move between native memory and the arrays that micro-kernels work on. */
interface Panels {
  /** An array with room for {@code n} elements. */
  Object array(int n);

  /** The number of elements of an array of this type. */
  int length(Object array);

  /** Copies {@code n} neighbours from memory. */
  void load(MemorySegment from, long at, Object to, int toAt, int n);

  /** Copies {@code n} neighbours to memory. */
  void store(Object from, int fromAt, MemorySegment to, long at, int n);

  /** Fills a part of an array with zeros. */
  void clear(Object array, int from, int to);

  /**
   * Copies {@code rows} times {@code columns} elements from memory, with any strides on both sides.
   *
   * @param fast whether the Vector API is compiled, and may be used where it helps
   */
  void pack(
      MemorySegment from,
      long at,
      long rowStride,
      long columnStride,
      int rows,
      int columns,
      Object to,
      int toAt,
      int toRowStride,
      int toColumnStride,
      boolean fast);

  /** Writes a block of rows {@code ld} apart as a block of columns: {@code to[c * toLd + r] = from[r * ld + c]}. */
  void transpose(Object from, int ld, int rows, int columns, Object to, int toLd);
}
