package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** Checks of what models are made of and given. */
final class Require {
  private Require() {}

  /** The value, if it is above zero. */
  static int positive(String op, String what, int value) {
    if (value <= 0) {
      throw OpError.of(op, what + " must be positive, not " + value);
    }
    return value;
  }

  /** Requires [n, channels, height, width] with at least so many pixels along both axes. */
  static void images(String op, Tensor x, int channels, int least) {
    if (x.rank() != 4 || x.dim(1) != channels || x.dim(2) < least || x.dim(3) < least) {
      throw OpError.of(
          op,
          "needs images [n, "
              + channels
              + ", height, width] of at least "
              + least
              + " x "
              + least
              + " pixels, the input is "
              + x.shape());
    }
  }

  /** Requires images of one size. */
  static void images(String op, Tensor x, int channels, int height, int width) {
    if (x.rank() != 4 || x.dim(1) != channels || x.dim(2) != height || x.dim(3) != width) {
      throw OpError.of(
          op,
          "needs images [n, "
              + channels
              + ", "
              + height
              + ", "
              + width
              + "], the input is "
              + x.shape());
    }
  }

  /** The input [n, ...] as [n, size], if it has so many elements for each of n. */
  static Tensor vectors(String op, Tensor x, int size) {
    if (x.rank() < 2 || x.shape().size() != (long) x.dim(0) * size) {
      throw OpError.of(op, "needs [n, ...] of " + size + " elements, not " + x.shape());
    }
    return x.flatten(1);
  }

  /** Requires integers [n, length]. */
  static void tokens(String op, Tensor x) {
    if (x.rank() != 2 || !x.dtype().isInteger()) {
      throw OpError.of(
          op, "needs numbers of tokens [n, length], i32 or i64, not " + x.dtype() + x.shape());
    }
  }
}
