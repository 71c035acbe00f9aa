package dev.adjoint.cpu.product;

/**
 * The inner loop of a matrix product: a tile of some rows and one or two vectors of columns, over a part of k.
 *
 * <p>Every element is one chain of fused multiply-adds in the order of k. So its bits depend neither on the tile, nor on
 * the part of k, nor on the width of the vectors.
 */
public interface MicroKernel {
  /**
   * Computes {@code c[r][j] = init[r][j] + sum over p < k of a[r][p] * b[p][j]}. All addresses and strides are in bytes; the
   * elements of a row of b, of init and of c are neighbours. No stride is negative.
   *
   * @param a the address of a; {@code aRow} bytes lead to the next r, {@code aStep} to the next p
   * @param b the address of b; {@code bStep} bytes, not 0, lead to the next p
   * @param init where the sums begin; {@code initRow} bytes lead to the next r. A flag instead, for sums that begin with zeros,
   *     makes HotSpot's loop a sixth slower
   * @param c the address of the result; {@code cRow} bytes lead to the next r
   */
  void run(
      int k,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      long init,
      long initRow,
      long c,
      long cRow);
}
