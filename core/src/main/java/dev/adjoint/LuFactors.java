package dev.adjoint;

/**
 * L and U of matrices with exchanged rows, in one matrix each, as {@link LinearAlgebraOps#luSolve} takes them.
 *
 * @param lu U, and below its diagonal L without its ones, [..., m, n]
 * @param permutation for each row of {@code L U} which row of the matrix it is (i32), [..., m]
 */
public record LuFactors(Tensor lu, Tensor permutation) {}
