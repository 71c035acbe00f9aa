package dev.adjoint.cuda;

import org.jspecify.annotations.Nullable;

/** A library of matrix products. */
interface ProductLibrary {
  /** Prepares products of one size, or returns null if the library has nothing for them. */
  @Nullable Product prepare(GemmShape gemm);

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
