package dev.adjoint.reference;

import dev.adjoint.DType;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.function.LongUnaryOperator;

/**
 * The elements of a tensor in row-major order: doubles for the float types, and longs, which are exact, for the integer
 * types and bool (0 or 1).
 */
public final class Values {
  private static final double[] NO_FLOATS = {};
  private static final long[] NO_INTEGERS = {};

  private final DType dtype;
  private final double[] floats;
  private final long[] integers;

  private Values(DType dtype, double[] floats, long[] integers) {
    this.dtype = dtype;
    this.floats = floats;
    this.integers = integers;
  }

  /** Values of a float type, of which f16 and bf16 are rounded. */
  static Values floats(DType dtype, int size, IntToDoubleFunction element) {
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      double value = element.applyAsDouble(i);
      values[i] = dtype.isNarrow() ? dtype.value(dtype.bits(value)) : value;
    }
    return new Values(dtype, values, NO_INTEGERS);
  }

  /** Values of an integer type or bool; each is wrapped to the range of the type. */
  static Values integers(DType dtype, int size, IntToLongFunction element) {
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] = wrap(element.applyAsLong(i), dtype);
    }
    return new Values(dtype, NO_FLOATS, values);
  }

  /** Values given in both forms, of which the type chooses one. */
  static Values of(
      DType dtype, int size, IntToDoubleFunction ifFloat, IntToLongFunction ifInteger) {
    return dtype.isFloat() ? floats(dtype, size, ifFloat) : integers(dtype, size, ifInteger);
  }

  /** The value of an integer type that a result wraps to; any number but 0 is the bool 1. */
  public static long wrap(long value, DType dtype) {
    if (dtype.isFloat()) {
      throw new IllegalArgumentException("reference: " + dtype + " holds no integers");
    }
    if (dtype == DType.BOOL) {
      return value != 0 ? 1 : 0;
    }
    int above = Long.SIZE - Byte.SIZE * dtype.bytes();
    return dtype.isSigned() ? value << above >> above : value << above >>> above;
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }

  /** The number of elements. */
  public int size() {
    return dtype.isFloat() ? floats.length : integers.length;
  }

  /** An element as a double; rounded if it is an integer beyond 2^53. */
  public double toDouble(int i) {
    return dtype.isFloat() ? floats[i] : integers[i];
  }

  /**
   * An element of an integer type or bool.
   *
   * @throws IllegalStateException if the type is a float type
   */
  public long toLong(int i) {
    if (dtype.isFloat()) {
      throw new IllegalStateException("reference: " + dtype + " values are not integers");
    }
    return integers[i];
  }

  /** All elements as doubles. */
  public double[] toDoubles() {
    return floats(DType.F64, size(), this::toDouble).floats;
  }

  /** All elements of an integer type or bool. */
  public long[] toLongs() {
    return integers(DType.I64, size(), this::toLong).integers;
  }

  /** The elements at positions. */
  Values pick(int[] positions) {
    return of(dtype, positions.length, i -> floats[positions[i]], i -> integers[positions[i]]);
  }

  /** A function of each element, in the form that the type of these values chooses. */
  Values map(DoubleUnaryOperator ifFloat, LongUnaryOperator ifInteger) {
    return of(
        dtype,
        size(),
        i -> ifFloat.applyAsDouble(floats[i]),
        i -> ifInteger.applyAsLong(integers[i]));
  }
}
