package dev.adjoint.graph;

/** How matrices are factorized; the steps, whose order every device keeps, are defined in {@link dev.adjoint.kernel.Kernel}. */
public enum Factorization {
  /**
   * The lower triangular L with {@code L L^T} = A, of which only the lower triangle is read. From the first leading minor on that
   * is not positive, the diagonal is NaN.
   */
  CHOLESKY,

  /**
   * L, without its diagonal of ones, below U, with {@code L U} = A with its rows exchanged; and one more column, which has for
   * each row its position in A.
   */
  LU,

  /** Q, and under it the square R, with {@code Q R} = A, which has at least as many rows as columns. */
  QR
}
