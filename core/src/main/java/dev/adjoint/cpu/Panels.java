package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;

/**
 * How elements of one type move between native memory and the arrays that micro-kernels work on. Where a method takes
 * {@code vectors}, it says whether the Vector API may be used.
 */
interface Panels {
  /** An array with room for {@code n} elements. */
  Object array(int n);

  /** The size of an element. */
  int bytes();

  /** The number of elements of an array of this type. */
  int length(Object array);

  /** Copies rows of neighbours from memory to rows {@code ld} apart. */
  void load(
      MemorySegment from, long at, long rowStride, int rows, int columns, Object to, int toAt, int ld, boolean vectors);

  /** Copies rows of neighbours that are {@code ld} apart to memory. */
  void store(
      Object from, int fromAt, int ld, int rows, int columns, MemorySegment to, long at, long rowStride, boolean vectors);

  /** Fills a part of an array with zeros. */
  void clear(Object array, int from, int to);

  /** Copies {@code rows} times {@code columns} elements from memory, with any strides on both sides. */
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
      int toColumnStride);

  /**
   * Copies rows of neighbours, cut into strips of two vectors: each strip holds its part of all rows. Uses the Vector API.
   */
  void packStrips(
      MemorySegment from, long at, long rowStride, int rows, int strips, Object to, int toAt, int stripStride);

  /** Turns a block around its diagonal: {@code to[toAt + c * toLd + r] = from[at + r * ld + c]}. */
  void turn(Object from, int at, int ld, int rows, int columns, Object to, int toAt, int toLd);
}
