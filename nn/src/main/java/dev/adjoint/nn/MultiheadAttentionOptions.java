package dev.adjoint.nn;

import org.jspecify.annotations.Nullable;

/**
 * Options of {@link MultiheadAttention}: {@code MultiheadAttentionOptions.DEFAULT.batchFirst(true)}.
 *
 * @param dropout the probability that a weight is dropped while training
 * @param bias whether projections have biases
 * @param kdim the size of keys, or null for that of queries
 * @param vdim the size of values, or null for that of queries
 * @param batchFirst whether inputs and outputs are [n, length, ...]
 */
public record MultiheadAttentionOptions(
    double dropout,
    boolean bias,
    @Nullable Integer kdim,
    @Nullable Integer vdim,
    boolean batchFirst) {
  /** No dropout, biases, one size for all, length first. */
  public static final MultiheadAttentionOptions DEFAULT =
      new MultiheadAttentionOptions(0, true, null, null, false);

  /** These options with a probability of dropout. */
  public MultiheadAttentionOptions dropout(double p) {
    return new MultiheadAttentionOptions(p, bias, kdim, vdim, batchFirst);
  }

  /** These options with or without biases. */
  public MultiheadAttentionOptions bias(boolean bias) {
    return new MultiheadAttentionOptions(dropout, bias, kdim, vdim, batchFirst);
  }

  /** These options with a size of keys. */
  public MultiheadAttentionOptions kdim(int size) {
    return new MultiheadAttentionOptions(dropout, bias, size, vdim, batchFirst);
  }

  /** These options with a size of values. */
  public MultiheadAttentionOptions vdim(int size) {
    return new MultiheadAttentionOptions(dropout, bias, kdim, size, batchFirst);
  }

  /** These options with the batch or the length first. */
  public MultiheadAttentionOptions batchFirst(boolean first) {
    return new MultiheadAttentionOptions(dropout, bias, kdim, vdim, first);
  }
}
