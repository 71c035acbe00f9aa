package dev.adjoint.cpu.product;

/**
 * What multiplies matrices of a size that the caches hold, tile by tile.
 *
 * <p>Every element is one chain of fused multiply-adds in the order of k. So its bits depend neither on the tiles, nor on the
 * part of k, nor on the width of the vectors.
 */
interface MicroKernel {
  /**
   * The second operand as it is read: strips of columns, whose elements are neighbours.
   *
   * @param address the address of the first strip
   * @param stripStride the distance of strips
   * @param step the distance of the rows of a strip
   * @param width the columns of a strip; the last one may have fewer
   * @param list where the distances of the rows of a strip from its address are listed, if they have no step; else 0
   */
  record Strips(long address, long stripStride, long step, int width, long list) {
    /** Strips whose rows are a step apart. */
    Strips(long address, long stripStride, long step, int width) {
      this(address, stripStride, step, width, 0);
    }
  }

  /**
   * The first operand as it is read.
   *
   * @param matrix where it lies
   * @param list where the distance of each element of a row from the next is listed, if they are not all the same; else 0
   */
  record Rows(Matrix matrix, long list) {}

  /** As {@link #run(Rows, Strips, Matrix, int, int, int, boolean)}, with a first operand that is a matrix. */
  default void run(Matrix a, Strips b, Matrix c, int rows, int columns, int deep, boolean first) {
    run(new Rows(a, 0), b, c, rows, columns, deep, first);
  }

  /**
   * Computes {@code c[r][j] = init + sum over p < deep of a[r][p] * b[p][j]}.
   *
   * @param b of which either rows are listed or steps of a, or neither
   * @param c the result, whose columns are neighbours
   * @param rows the rows of a and c, one at least
   * @param columns the columns of b and c, one at least
   * @param first whether sums begin with zero instead of what c holds
   */
  void run(Rows a, Strips b, Matrix c, int rows, int columns, int deep, boolean first);

  /** The columns of one vector. */
  int lanes();

  /** The most rows of a tile. */
  int height();

  /** The vectors side by side that tiles of some rows should have. */
  int vectors(int rows);
}
