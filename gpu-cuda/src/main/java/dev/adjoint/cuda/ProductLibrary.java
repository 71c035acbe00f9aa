package dev.adjoint.cuda;

import org.jspecify.annotations.Nullable;

/**
 * A library of matrix products, or of convolutions: those are products whose left factor is the weight, or the gradient of the
 * output, and whose right one is read from images.
 *
 * @param <S> how it describes them
 */
interface ProductLibrary<S> {
  /** Whether there is such a library: operands had better be brought into a form that it takes. */
  default boolean isThere() {
    return true;
  }

  /** Prepares products of one shape; null if the library has nothing for them. The caller holds the session's lock. */
  @Nullable Product prepare(S shape);

  /** Prepared products. */
  interface Product {
    /**
     * Enqueues {@code result = scale * left * right + bias} for operands at some addresses.
     *
     * @param bias one element for each column, or of a convolution for each output; 0 if none is added
     * @param scale the raw bits of a number, as {@link dev.adjoint.DType#bits} gives them; not of 0
     */
    void run(long left, long right, long result, long bias, long scale);
  }
}
