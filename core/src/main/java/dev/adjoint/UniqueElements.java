package dev.adjoint;

/**
 * Elements without their repetitions, and where they were (i64). Nothing is computed for the parts that are not used.
 *
 * <p>Of slices along an axis, numbers are their positions along it.
 *
 * @param values the elements, as a vector; or slices along the axis
 * @param indices where each first occurs, in row-major order
 * @param inverse for each original element the position of its equal in the values; it has the shape of the original, and is
 *     a vector for slices
 * @param counts how often each occurs
 */
public record UniqueElements(Tensor values, Tensor indices, Tensor inverse, Tensor counts) {}
