package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** Checks of the arguments of layers and losses. */
final class Checks {
  private Checks() {}

  /** The value, if it is above zero. */
  static int positive(String op, String what, int value) {
    if (value <= 0) {
      throw OpError.of(op, what + " must be positive, not " + value);
    }
    return value;
  }

  /** The value, if it is in [0, 1). */
  static double fraction(String op, String what, double value) {
    if (!(value >= 0 && value < 1)) {
      throw OpError.of(op, what + " must be in [0, 1), not " + value);
    }
    return value;
  }

  /** Requires two tensors of one shape; broadcasting would hide mistakes. */
  static void sameShape(String op, String first, Tensor a, String second, Tensor b) {
    if (!a.shape().equals(b.shape())) {
      throw OpError.of(
          op, first + " " + a.shape() + " and " + second + " " + b.shape() + " differ in shape");
    }
  }
}
