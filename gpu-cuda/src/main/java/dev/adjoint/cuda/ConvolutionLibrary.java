package dev.adjoint.cuda;

import org.jspecify.annotations.Nullable;

/** A library of convolutions. */
interface ConvolutionLibrary {
  /** Whether there is such a library: convolutions had better be brought into a form that it takes. */
  boolean isThere();

  /** Prepares convolutions of one shape, or returns null if the library has nothing for them; the caller holds the lock. */
  @Nullable Convolution prepare(ConvolutionShape shape);

  /** Prepared convolutions. */
  interface Convolution {
    /**
     * Enqueues a convolution of operands at three addresses.
     *
     * @param other the weight, or the gradient of the output
     * @param input the images
     * @param result the output, or the gradient of the weight
     */
    void run(long other, long input, long result);
  }
}
