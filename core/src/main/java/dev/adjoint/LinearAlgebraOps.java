package dev.adjoint;

import dev.adjoint.ops.LinearSystems;
import dev.adjoint.ops.MatrixFactors;

/**
 * Factors, inverses and determinants of the matrices along the last two axes, and systems of linear equations. All axes before
 * them count matrices, and broadcast where there are two operands.
 *
 * <p>They are defined for f32 and f64, and have the same bits on all devices. What can be seen only when a value is computed,
 * such as that a matrix is singular, is an {@link ArithmeticException} then, which names the line of the call.
 */
public sealed interface LinearAlgebraOps permits Tensor {
  /**
   * The lower triangular L with {@code L L^T} = A for symmetric, positive definite A, of which only the lower triangle is read.
   *
   * <p>When it is computed, an {@link ArithmeticException} tells that a matrix is not positive definite. The gradient is
   * symmetric.
   *
   * @throws IllegalArgumentException if matrices are not square, or not of f32 or f64
   */
  default Tensor cholesky() {
    return cholesky(false);
  }

  /** Like {@link #cholesky()}; if {@code upper}, the U with {@code U^T U} = A, of which only the upper triangle is read. */
  default Tensor cholesky(boolean upper) {
    return MatrixFactors.cholesky((Tensor) this, upper);
  }

  /**
   * The X of {@code L L^T X = B}, for right sides B, this tensor [..., n, k], and L [..., n, n] as {@link #cholesky()} gives it.
   *
   * @throws IllegalArgumentException if shapes, types or devices do not fit
   */
  default Tensor choleskySolve(Tensor l) {
    return choleskySolve(l, false);
  }

  /**
   * Like {@link #choleskySolve(Tensor)}; if {@code upper}, the X of {@code U^T U X = B}.
   *
   * @throws IllegalArgumentException if shapes, types or devices do not fit
   */
  default Tensor choleskySolve(Tensor factor, boolean upper) {
    return LinearSystems.choleskySolve((Tensor) this, factor, upper);
  }

  /**
   * L and U with partial pivoting: of the rows with the largest absolute value in a column, the first one is taken. Matrices may
   * be singular.
   *
   * @throws IllegalArgumentException if there are no two axes, or the type is not f32 or f64
   */
  default LuFactors luFactor() {
    return MatrixFactors.luFactor((Tensor) this);
  }

  /** The factors of {@link #luFactor} as three matrices, whose product this is. */
  default LuMatrices lu() {
    return MatrixFactors.lu((Tensor) this);
  }

  /**
   * The X of {@code A X = B}, for right sides B, this tensor [..., n, k], and the factors of square A. Singular matrices give
   * infinite or undefined elements.
   *
   * @throws IllegalArgumentException if shapes, types or devices do not fit
   */
  default Tensor luSolve(LuFactors factors) {
    return LinearSystems.luSolve(factors, (Tensor) this);
  }

  /**
   * Q and R, the reduced form, by reflections. An element of R's diagonal has the opposite sign of the one that its reflection
   * takes it from. Gradients exist where the first k columns of a matrix are independent, with k the smaller size.
   *
   * @throws IllegalArgumentException if there are no two axes, or the type is not f32 or f64
   */
  default QrMatrices qr() {
    return MatrixFactors.qr((Tensor) this);
  }

  /**
   * The X of {@code A X = B} for square matrices, this tensor [..., n, n], and B [..., n, k], or vectors B: [n], or of the shape
   * of A without its last axis.
   *
   * <p>When it is computed, an {@link ArithmeticException} tells that a matrix is singular: that U of its factors has a 0 on its
   * diagonal.
   *
   * @throws IllegalArgumentException if shapes, types or devices do not fit, or the type is not f32 or f64
   */
  default Tensor solve(Tensor b) {
    return LinearSystems.solve("solve", (Tensor) this, b);
  }

  /**
   * Like {@link #solve(Tensor)}; if not {@code left}, the X of {@code X A = B} for B [..., k, n].
   *
   * @throws IllegalArgumentException also if not {@code left} and B are vectors
   */
  default Tensor solve(Tensor b, boolean left) {
    return LinearSystems.solve((Tensor) this, b, left);
  }

  /** Like {@link #solveTriangular(Tensor, boolean, boolean, boolean)}, from the left and with a diagonal that is read. */
  default Tensor solveTriangular(Tensor b, boolean upper) {
    return solveTriangular(b, upper, true, false);
  }

  /**
   * The X of {@code A X = B} for triangular matrices, this tensor [..., n, n], and B [..., n, k]; or of {@code X A = B} and B
   * [..., k, n] if not {@code left}. Only the triangle is read. A 0 on the diagonal gives infinite or undefined elements.
   *
   * @param upper whether the triangle is the upper one
   * @param unitriangular whether the diagonal is taken for ones, and not read
   * @throws IllegalArgumentException if shapes, types or devices do not fit, or the type is not f32 or f64
   */
  default Tensor solveTriangular(Tensor b, boolean upper, boolean left, boolean unitriangular) {
    return LinearSystems.solveTriangular((Tensor) this, b, upper, left, unitriangular);
  }

  /**
   * The inverse of square matrices; to {@link #solve} is faster and more exact than to multiply by it.
   *
   * <p>When it is computed, an {@link ArithmeticException} tells that a matrix is singular.
   *
   * @throws IllegalArgumentException if matrices are not square, or not of f32 or f64
   */
  default Tensor inv() {
    return LinearSystems.inverse("inv", (Tensor) this);
  }

  /**
   * The determinant of square matrices, the product of the diagonal of U.
   *
   * @throws IllegalArgumentException if matrices are not square, or not of f32 or f64
   */
  default Tensor det() {
    return MatrixFactors.determinant((Tensor) this);
  }

  /**
   * The sign and the logarithm of the absolute value of the determinant of square matrices.
   *
   * @throws IllegalArgumentException if matrices are not square, or not of f32 or f64
   */
  default LogDeterminant slogdet() {
    return MatrixFactors.logDeterminant((Tensor) this);
  }
}
