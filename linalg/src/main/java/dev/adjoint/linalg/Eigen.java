package dev.adjoint.linalg;

import dev.adjoint.Tensor;

/**
 * Symmetric matrices as {@code V diag(w) V^T}.
 *
 * @param values the eigenvalues w in ascending order, [..., n]
 * @param vectors the matrix V, whose columns are eigenvectors of length 1, orthogonal to each other, [..., n, n]
 */
public record Eigen(Tensor values, Tensor vectors) {}
