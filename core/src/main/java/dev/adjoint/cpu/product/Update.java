package dev.adjoint.cpu.product;

/**
 * Adds products to blocks of a matrix, by the micro-kernel of matrix products: to each element its terms one after the other.
 *
 * @param bytes the bytes of an element
 */
record Update(MicroKernel kernel, int bytes) {
  /**
   * Computes {@code c[r][j] = c[r][j] + sum over p < deep of a[r][p] * b[p][j]}.
   *
   * @param b the address of the second factor, whose columns are neighbours
   * @param step the distance of its rows
   */
  void add(Matrix a, long b, long step, Matrix c, int rows, int columns, int deep) {
    if (rows > 0 && columns > 0 && deep > 0) {
      int vectors = Math.clamp(Math.ceilDiv(columns, kernel.lanes()), 1, kernel.vectors(rows));
      int width = kernel.lanes() * vectors;
      var strips = new MicroKernel.Strips(b, (long) width * bytes, step, width);
      kernel.run(a, strips, c, rows, columns, deep, false);
    }
  }
}
