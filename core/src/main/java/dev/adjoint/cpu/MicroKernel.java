package dev.adjoint.cpu;

/**
 * The inner loop of a matrix product: a tile of {@link #rows} rows and two vectors of columns, over one block of k.
 *
 * <p>Every element is one chain of fused multiply-adds in the order of k. So its bits depend neither on the tile, nor on
 * the block of k, nor on the width of the vectors.
 */
interface MicroKernel {
  /** The number of rows of the tile. */
  int rows();

  /**
   * Computes {@code c[r][j] = init[r][j] + sum over p < k of a[r][p] * b[p][j]}, where a has rows of
   * {@link MicroKernels#LDA} elements, b has rows as wide as the tile, and the rows of init and c are {@code ldi} and
   * {@code ldc} elements apart. The arrays are {@code float[]} or {@code double[]}.
   */
  void run(int k, Object a, int ao, Object b, int bo, Object init, int io, int ldi, Object c, int co, int ldc);
}
