package dev.adjoint;

/**
 * Matrices [..., m, n] as products {@code P L U}, with k the smaller one of m and n.
 *
 * @param p a permutation of rows, [..., m, m]
 * @param l a lower triangle with ones on its diagonal, [..., m, k]
 * @param u an upper triangle, [..., k, n]
 */
public record LuMatrices(Tensor p, Tensor l, Tensor u) {}
