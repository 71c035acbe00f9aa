package dev.adjoint.cuda;

import org.jspecify.annotations.Nullable;

/** A library of matrix products. */
interface ProductLibrary {
  /** Prepares products of one size, or returns null if the library has nothing for them. */
  @Nullable Product prepare(GemmShape gemm);

  /** Prepared products. */
  interface Product {
    /** Enqueues the products of matrices at three addresses. */
    void run(long left, long right, long result);
  }
}
