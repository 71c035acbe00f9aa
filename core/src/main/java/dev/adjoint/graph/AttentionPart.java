package dev.adjoint.graph;

/**
 * What is wanted of an attention of queries [..., l, e], keys [..., s, e] and values [..., s, v]; how each is computed is defined
 * in {@link dev.adjoint.kernel.Kernel}. Results of several shapes stand one after the other along one axis.
 */
public enum AttentionPart {
  /** The means of values, [..., l, v]. */
  OUTPUT,

  /** The output, then for each query the logarithm of the sum of exponentials, [..., l * v + l]. */
  OUTPUT_AND_LOG_SUMS,

  /**
   * The gradients of queries, keys and values, [..., l * e + s * e + s * v]. Further inputs are the gradient g of the output
   * [..., l, v], the logarithms of sums [..., l], and for each query the sum of g times the output, less the gradient of the
   * logarithm, [..., l].
   */
  GRADIENTS
}
