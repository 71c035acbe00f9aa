package dev.adjoint;

/**
 * Matrices [..., m, n] as products {@code Q R}, with k the smaller one of m and n.
 *
 * @param q columns of length 1, orthogonal to each other, [..., m, k]
 * @param r an upper triangle, [..., k, n]
 */
public record QrMatrices(Tensor q, Tensor r) {}
