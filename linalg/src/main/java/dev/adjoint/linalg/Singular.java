package dev.adjoint.linalg;

import dev.adjoint.Tensor;

/**
 * Matrices [..., m, n] as {@code U diag(s) Vh}, with k the smaller one of m and n.
 *
 * @param u columns of length 1, orthogonal to each other, [..., m, k]
 * @param s the singular values in descending order, [..., k]
 * @param vh rows of length 1, orthogonal to each other, [..., k, n]
 */
public record Singular(Tensor u, Tensor s, Tensor vh) {}
