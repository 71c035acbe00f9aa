package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;

/** The largest error of a function so far, in units in the last place; a wrong infinity or NaN is infinitely wrong. */
final class Worst {
  private final DType dtype;
  private String point = "";
  double units;

  Worst(DType dtype) {
    this.dtype = dtype;
  }

  /**
   * Adds a value.
   *
   * @param magnitude the error is measured in units of this, if it is larger than the value
   */
  void add(Supplier<String> at, double expected, double actual, double magnitude) {
    boolean single = dtype == DType.F32;
    double rounded = single ? (float) expected : expected;
    double error =
        rounded == actual || (Double.isNaN(rounded) && Double.isNaN(actual))
            ? 0
            : units(expected, actual, Math.max(Math.abs(rounded), magnitude), single);
    if (!(error <= units)) {
      units = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
      point = at.get() + " = " + actual + ", expected " + expected;
    }
  }

  /** The next number after the largest stands for infinity, as if exponents had no end. */
  private static double units(double expected, double actual, double magnitude, boolean single) {
    if (single) {
      double finite = Double.isInfinite(actual) ? Math.copySign(0x1p128, actual) : actual;
      return Math.abs(finite - expected) / Math.ulp((float) Math.min(magnitude, Float.MAX_VALUE));
    }
    return Math.abs(actual - expected) / Math.ulp(magnitude);
  }

  @Override
  public String toString() {
    return point + ": " + units + " units";
  }

  /** Requires at most 4 units. */
  void check() {
    assertTrue(units <= 4, this::toString);
  }
}
