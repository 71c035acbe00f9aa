package dev.adjoint;

/**
 * The type of a tensor's elements, and all that other code needs to know of it.
 *
 * <p>Arithmetic on two types gives the {@linkplain #promote promoted} type, by the rules of PyTorch: bool, then the integers by
 * width, then the floats by width. Where neither type holds the values of the other, it is the next one that holds both: f32 for
 * f16 and bf16, and i32 for u8 and i8, for which PyTorch has a type of 16 bits.
 *
 * <p>Types of less than 32 bits are computed in i32 or f32. The value of every operation is then rounded to its type (floats to
 * nearest, ties to even; integers keep their low bits), whether it goes to memory or not.
 */
public enum DType {
  /** Truth values, one byte each, 0 or 1. */
  BOOL("bool", Carrier.INT, 1, 0),
  /** Unsigned 8-bit integers; arithmetic wraps modulo 256. */
  U8("u8", Carrier.INT, 1, 1),
  /** Signed 8-bit integers; arithmetic wraps. */
  I8("i8", Carrier.INT, 1, 1),
  /** Signed 32-bit integers; arithmetic wraps. */
  I32("i32", Carrier.INT, 4, 2),
  /** Signed 64-bit integers; arithmetic wraps. */
  I64("i64", Carrier.LONG, 8, 3),
  /** IEEE 754 binary16. A value beyond 65504 becomes infinite. */
  F16("f16", Carrier.FLOAT, 2, 4, 11, 15),
  /** The upper half of an f32: its range, with 8 bits of precision. */
  BF16("bf16", Carrier.FLOAT, 2, 4, 8, 127),
  /** IEEE 754 binary32. */
  F32("f32", Carrier.FLOAT, 4, 5, 24, 127),
  /** IEEE 754 binary64. */
  F64("f64", Carrier.DOUBLE, 8, 6, 53, 1023);

  /** What holds a value while it is computed with: the Java and C type of this name. */
  public enum Carrier {
    /** 32 bits, for integers up to this width and for bool. */
    INT,
    /** 64 bits, for integers. */
    LONG,
    /** IEEE 754 binary32. */
    FLOAT,
    /** IEEE 754 binary64. */
    DOUBLE
  }

  private final String label;
  private final Carrier carrier;
  private final int bytes;
  private final int level;
  private final int significand;
  private final int greatestExponent;

  DType(String label, Carrier carrier, int bytes, int level) {
    this(label, carrier, bytes, level, 0, 0);
  }

  DType(
      String label, Carrier carrier, int bytes, int level, int significand, int greatestExponent) {
    this.label = label;
    this.carrier = carrier;
    this.bytes = bytes;
    this.level = level;
    this.significand = significand;
    this.greatestExponent = greatestExponent;
  }

  /** The size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is a floating-point type, the only kind that has gradients. */
  public boolean isFloat() {
    return significand > 0;
  }

  /** Whether this is an integer type; bool is none. */
  public boolean isInteger() {
    return !isFloat() && this != BOOL;
  }

  /** Whether there are values below 0. */
  public boolean isSigned() {
    return this != BOOL && this != U8;
  }

  /** What holds a value of this type in registers. */
  public Carrier carrier() {
    return carrier;
  }

  /** The type that kernels compute this type in. */
  public DType register() {
    return this == BOOL
        ? BOOL
        : switch (carrier) {
          case INT -> I32;
          case LONG -> I64;
          case FLOAT -> F32;
          case DOUBLE -> F64;
        };
  }

  /** The type that kernels fold values of this type in: truth values are numbers. */
  public DType folded() {
    return this == BOOL ? I32 : register();
  }

  /** Whether elements are stored in fewer bits than they are computed in. */
  public boolean isNarrow() {
    return register() != this;
  }

  /** The type of what kernels load and store: narrow elements are the low bits of an i32, whatever they mean. */
  public DType element() {
    return isNarrow() ? I32 : this;
  }

  /** The distance from 1 to the next larger value of a float type; 1 for the others. */
  public double epsilon() {
    return isFloat() ? Math.scalb(1.0, 1 - significand) : 1;
  }

  /** The smallest finite value; of i64 the nearest double. */
  public double min() {
    return isFloat() ? -max() : value(leastBits());
  }

  /** The largest finite value; of i64 the nearest double. */
  public double max() {
    return isFloat() ? (2 - epsilon()) * Math.scalb(1.0, greatestExponent) : value(greatestBits());
  }

  /**
   * The raw bits in which kernels hold a number that is rounded to this type: those of the {@link #register} type, which are
   * float bits, double bits, two's complement, 0 or 1.
   */
  public long bits(double value) {
    return switch (this) {
      case F16, BF16 -> Float.floatToRawIntBits(widen(narrow((float) value)));
      case F32 -> Float.floatToRawIntBits((float) value);
      case F64 -> Double.doubleToRawLongBits(value);
      case I32 -> (int) value;
      case I64 -> (long) value;
      case I8 -> (byte) (int) value;
      case U8 -> (int) value & 0xff;
      case BOOL -> value != 0 ? 1 : 0;
    };
  }

  /** The 16 bits in which memory holds a number that is rounded to f16 or bf16; NaN is always the same one. */
  public short narrow(float value) {
    if (this == F16) {
      return Float.isNaN(value) ? 0x7e00 : Float.floatToFloat16(value);
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) (Float.isNaN(value) ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The number of f16 or bf16 that memory holds in 16 bits; of f16 a NaN is quiet. */
  public float widen(short element) {
    if (this == BF16) {
      return Float.intBitsToFloat(element << 16);
    }
    // The JVM makes a NaN quiet only where the processor does.
    boolean nan = (element & 0x7fff) > 0x7c00;
    return Float.float16ToFloat(nan ? (short) (element | 0x200) : element);
  }

  /** The number of which {@link #bits} are given. */
  public double value(long bits) {
    return switch (carrier) {
      case INT -> (int) bits;
      case LONG -> bits;
      case FLOAT -> Float.intBitsToFloat((int) bits);
      case DOUBLE -> Double.longBitsToDouble(bits);
    };
  }

  /** The {@link #bits} of the value below all others, which is minus infinity for floats. */
  public long leastBits() {
    return isFloat()
        ? bits(Double.NEGATIVE_INFINITY)
        : isSigned() ? Long.MIN_VALUE >> (Long.SIZE - Byte.SIZE * bytes) : 0;
  }

  /** The {@link #bits} of the value above all others, which is infinity for floats. */
  public long greatestBits() {
    return isFloat()
        ? bits(Double.POSITIVE_INFINITY)
        : this == BOOL ? 1 : isSigned() ? ~leastBits() : (1L << (Byte.SIZE * bytes)) - 1;
  }

  /** The type that arithmetic on {@code a} and {@code b} is done in. */
  public static DType promote(DType a, DType b) {
    DType higher = a.ordinal() >= b.ordinal() ? a : b;
    return a != b && a.level == b.level ? values()[higher.ordinal() + 1] : higher;
  }

  /** The short name, as in {@code f32}. */
  @Override
  public String toString() {
    return label;
  }
}
