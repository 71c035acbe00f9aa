package dev.adjoint.linalg;

import dev.adjoint.Tensor;

/**
 * Solutions of {@code min |A X - B|}.
 *
 * @param solution the X of least length, [..., n, k]
 * @param residuals the sums of squares of the columns of {@code A X - B}, [..., k]
 * @param rank the ranks of the matrices (i64), [...]
 * @param singularValues the singular values of the matrices, [..., min(m, n)]
 */
public record LeastSquares(Tensor solution, Tensor residuals, Tensor rank, Tensor singularValues) {}
