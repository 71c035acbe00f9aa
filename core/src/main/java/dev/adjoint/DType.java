package dev.adjoint;

/**
 * The type of a tensor's elements.
 *
 * <p>Arithmetic on two types gives the {@linkplain #promote promoted} type, by the rules of PyTorch: bool, then u8, then
 * the signed integers by width, then the floats by width.
 */
public enum DType {
  /** Truth values, one byte each, 0 or 1. */
  BOOL(1, "bool"),
  /** Unsigned 8-bit integers; arithmetic wraps modulo 256. */
  U8(1, "u8"),
  /** Signed 32-bit integers; arithmetic wraps. */
  I32(4, "i32"),
  /** Signed 64-bit integers; arithmetic wraps. */
  I64(8, "i64"),
  /** IEEE 754 binary32. */
  F32(4, "f32"),
  /** IEEE 754 binary64. */
  F64(8, "f64");

  private final int bytes;
  private final String label;

  DType(int bytes, String label) {
    this.bytes = bytes;
    this.label = label;
  }

  /** The size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is a floating-point type, the only kind that has gradients. */
  public boolean isFloat() {
    return this == F32 || this == F64;
  }

  /** Whether this is an integer type; bool is none. */
  public boolean isInteger() {
    return this == U8 || this == I32 || this == I64;
  }

  /** The type that arithmetic on {@code a} and {@code b} is done in. */
  public static DType promote(DType a, DType b) {
    return a.ordinal() >= b.ordinal() ? a : b;
  }

  /** The short name, as in {@code f32}. */
  @Override
  public String toString() {
    return label;
  }
}
