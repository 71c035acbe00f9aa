package dev.adjoint.cuda;

import org.jspecify.annotations.Nullable;

/** A library of convolutions. */
interface ConvolutionLibrary {
  /** Whether there is such a library: convolutions had better be brought into a form that it takes. */
  boolean isThere();

  /**
   * Prepares convolutions of one shape; the caller holds the lock. They are products, whose left factor is the weight, or the
   * gradient of the output, and whose right one is read from images.
   *
   * @param biased whether a bias is added, which has one number for each output; forward passes only have one
   * @return null if the library has nothing for them
   */
  ProductLibrary.@Nullable Product prepare(ConvolutionShape shape, boolean biased);
}
