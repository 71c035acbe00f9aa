package dev.adjoint;

/**
 * Values, and where along the axis they were found (i64). Nothing is computed for the part that is not used.
 *
 * @param values the values
 * @param indices the position of each value
 */
public record ValuesAndIndices(Tensor values, Tensor indices) {}
