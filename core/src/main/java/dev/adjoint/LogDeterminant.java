package dev.adjoint;

/**
 * Determinants {@code sign * exp(logAbsDet)} of which neither part over- or underflows.
 *
 * @param sign -1, 1, or 0 if the matrix is singular
 * @param logAbsDet the logarithm of the absolute value, minus infinity if the matrix is singular
 */
public record LogDeterminant(Tensor sign, Tensor logAbsDet) {}
