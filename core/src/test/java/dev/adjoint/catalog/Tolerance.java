package dev.adjoint.catalog;

import dev.adjoint.DType;
import dev.adjoint.Precision;

/**
 * How far a float result may be from the exact one.
 *
 * @param units the error in units in the last place of the result
 * @param absolute the error in units of the last place of 1
 * @param depth the number of terms that are summed, or 0: the error then also grows with the sum of absolute values
 * @param factor by how much each factor of a product of f32 may have been changed, relative to it
 */
public record Tolerance(double units, double absolute, int depth, double factor) {
  /** For a function whose operands are not rounded. */
  public Tolerance(double units, double absolute, int depth) {
    this(units, absolute, depth, 0);
  }

  /** For one scalar function with an error in units in the last place. */
  public static Tolerance units(double units) {
    return new Tolerance(units, 0, 0);
  }

  /** For several functions in a row on values of the order of 1. */
  public static Tolerance composed() {
    return new Tolerance(16, 32, 0);
  }

  /** For a sum of products; the op must be linear in the absolute values of its operands. */
  public static Tolerance sum(int depth) {
    return sum(depth, Precision.F32);
  }

  /** For a sum of products whose factors may be rounded as a precision allows, or cut off, which is off by twice as much. */
  public static Tolerance sum(int depth, Precision precision) {
    double factor =
        switch (precision) {
          case F32 -> 0;
          case TF32 -> 2 * 0x1p-11;
          case BF16 -> 2 * 0x1p-8;
        };
    return new Tolerance(1, 0, depth, factor);
  }

  /** At least that of several functions in a row: for types that an op was not made for, and are converted on the way. */
  Tolerance ofConversions() {
    Tolerance least = composed();
    return new Tolerance(
        Math.max(units, least.units), Math.max(absolute, least.absolute), depth, factor);
  }

  /** For results that must be exact. */
  public static Tolerance exact() {
    return new Tolerance(0, 0, 0);
  }

  /**
   * For the gradients of an op with this tolerance: several functions in a row, on values of the order of a size. Sums need no
   * term of their own, as their errors are far less: one of 300 products has a ninth of what is allowed here.
   */
  public Tolerance ofGradients(double size) {
    Tolerance least = composed();
    return new Tolerance(
        Math.max(units, least.units), Math.max(absolute, least.absolute) * size, 0);
  }

  /**
   * Whether a result is near enough.
   *
   * @param magnitude what the op gives for the absolute values of its operands
   */
  public boolean accepts(double expected, double actual, double magnitude, DType dtype) {
    double rounded = round(expected, dtype);
    if (Double.isNaN(rounded) || Double.isNaN(actual)) {
      return Double.isNaN(rounded) && Double.isNaN(actual);
    }
    if (rounded == actual) {
      return true;
    }
    if (!dtype.isFloat() || Double.isInfinite(rounded) || Double.isInfinite(actual)) {
      return false;
    }
    double one = dtype.epsilon();
    double unit = unit(rounded, dtype);
    double sum = depth == 0 ? 0 : 2 * Math.sqrt(depth) * one * magnitude;
    double rounding = dtype == DType.F32 ? (2 + factor) * factor * magnitude : 0;
    return Math.abs(expected - actual) <= units * unit + absolute * one + sum + rounding;
  }

  private static double round(double value, DType dtype) {
    return dtype.isFloat() ? dtype.value(dtype.bits(value)) : value;
  }

  /** The distance of the numbers of a type near a value. */
  private static double unit(double value, DType dtype) {
    double unit = Math.scalb(dtype.epsilon(), Math.getExponent(value));
    double least = Math.scalb(dtype.epsilon(), 1 - Math.getExponent(dtype.max()));
    return Math.max(unit, least);
  }
}
