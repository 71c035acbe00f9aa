package dev.adjoint.nn.optim;

/** Checks of hyper-parameters. */
final class Hyper {
  private Hyper() {}

  static double notNegative(String what, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "optimizer: " + what + " must be a number from 0 on, not " + value);
    }
    return value;
  }

  static double positive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "optimizer: " + what + " must be a number above 0, not " + value);
    }
    return value;
  }

  static double fraction(String what, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("optimizer: " + what + " must be in [0, 1), not " + value);
    }
    return value;
  }
}
