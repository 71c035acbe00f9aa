package dev.adjoint.kernel;

import dev.adjoint.DType;

/**
 * What the bits of narrow types mean, and how values are rounded to them.
 *
 * <p>All of it is arithmetic that devices have: they need no instruction for these types, only loads and stores of one and two
 * bytes, and give the same bits.
 */
final class NarrowMath {
  private static final int SIGN = 0x8000;
  private static final int F16_INFINITY = 0x7c00;
  private static final int F16_NAN = 0x7e00;
  private static final int BF16_NAN = 0x7fc0;

  /** The bits of a fraction that f32 has and f16 has not. */
  private static final int MORE_FRACTION = 13;

  /** The bits of infinity, and of the exponent, in f32. */
  private static final int INFINITY = 0x7f800000;

  /** The bits of 2^-14, the smallest normal number of f16. */
  private static final int F16_NORMAL = 0x38800000;

  /** The bits of 2^16, the first power of two that f16 has not. */
  private static final int F16_BEYOND = 0x47800000;

  /** The difference of the exponents' biases, in place in f32. */
  private static final int REBIAS = 112 << 23;

  private NarrowMath() {}

  /** The value of the bits of an element. */
  static int unpack(BodyBuilder b, int bits, DType dtype) {
    return switch (dtype) {
      case I8 -> signed(b, bits);
      case F16 -> b.meaning(bits, b.bitcast(widened(b, bits), DType.F32));
      case BF16 -> b.meaning(bits, b.bitcast(shift(b, ScalarOp.SHL, bits, 16), DType.F32));
      case BOOL, U8, I32, I64, F32, F64 -> bits;
    };
  }

  /** The bits of the element that holds a value of the type; the bits above them do not count. */
  static int pack(BodyBuilder b, int value, DType dtype) {
    if (dtype.isNarrow() && b.elementOf(value) >= 0) {
      return b.elementOf(value);
    }
    return switch (dtype) {
      case F16 -> narrowed(b, value);
      case BF16 -> {
        int upper = shift(b, ScalarOp.USHR, b.bitcast(value, DType.I32), 16);
        yield b.select(b.apply(ScalarOp.NE, value, value), integer(b, BF16_NAN), upper);
      }
      case BOOL, U8, I8, I32, I64, F32, F64 -> value;
    };
  }

  /** A value of the register type, rounded to a type. */
  static int round(BodyBuilder b, int value, DType dtype) {
    return switch (dtype) {
      case U8 -> b.apply(ScalarOp.AND, value, integer(b, 0xff));
      case I8 -> signed(b, value);
      case F16 -> roundToF16(b, value);
      case BF16 -> roundToBf16(b, value);
      case BOOL, I32, I64, F32, F64 -> value;
    };
  }

  private static int signed(BodyBuilder b, int x) {
    return shift(b, ScalarOp.SHR, shift(b, ScalarOp.SHL, x, 24), 24);
  }

  private static int widened(BodyBuilder b, int bits) {
    int sign = shift(b, ScalarOp.SHL, b.apply(ScalarOp.AND, bits, integer(b, SIGN)), 16);
    int rest = b.apply(ScalarOp.AND, bits, integer(b, SIGN - 1));
    int moved = shift(b, ScalarOp.SHL, rest, MORE_FRACTION);
    int normal = b.apply(ScalarOp.ADD, moved, integer(b, REBIAS));
    int special = b.apply(ScalarOp.OR, moved, integer(b, INFINITY));
    int unit = b.literal(DType.F32, 0x1p-24);
    int subnormal = b.bitcast(b.apply(ScalarOp.MUL, b.cast(rest, DType.F32), unit), DType.I32);
    int isSubnormal = b.apply(ScalarOp.LT, rest, integer(b, 0x400));
    int isSpecial = b.apply(ScalarOp.GE, rest, integer(b, F16_INFINITY));
    int size = b.select(isSubnormal, subnormal, b.select(isSpecial, special, normal));
    return b.apply(ScalarOp.OR, size, sign);
  }

  private static int narrowed(BodyBuilder b, int value) {
    int bits = b.bitcast(value, DType.I32);
    int sign = b.apply(ScalarOp.AND, shift(b, ScalarOp.USHR, bits, 16), integer(b, SIGN));
    int rest = b.apply(ScalarOp.AND, bits, integer(b, Integer.MAX_VALUE));
    // Infinity has the place of 2^16.
    int finite = b.apply(ScalarOp.MIN, rest, integer(b, F16_BEYOND));
    int normal =
        shift(b, ScalarOp.USHR, b.apply(ScalarOp.SUB, finite, integer(b, REBIAS)), MORE_FRACTION);
    int units = b.apply(ScalarOp.MUL, b.apply(ScalarOp.ABS, value), b.literal(DType.F32, 0x1p24));
    int isSubnormal = b.apply(ScalarOp.LT, rest, integer(b, F16_NORMAL));
    int size = b.select(isSubnormal, b.cast(units, DType.I32), normal);
    int isNan = b.apply(ScalarOp.NE, value, value);
    return b.select(isNan, integer(b, F16_NAN), b.apply(ScalarOp.OR, size, sign));
  }

  /** Adds a power of two so large that the sum has the last place of the result, and subtracts it again. */
  private static int roundToF16(BodyBuilder b, int value) {
    int size = b.apply(ScalarOp.ABS, value);
    int sign = b.apply(ScalarOp.AND, b.bitcast(value, DType.I32), integer(b, Integer.MIN_VALUE));
    int exponent = b.apply(ScalarOp.AND, b.bitcast(size, DType.I32), integer(b, INFINITY));
    int least = b.apply(ScalarOp.MAX, exponent, integer(b, F16_NORMAL));
    int within = b.apply(ScalarOp.MIN, least, integer(b, F16_BEYOND));
    int large =
        b.bitcast(b.apply(ScalarOp.ADD, within, integer(b, MORE_FRACTION << 23)), DType.F32);
    int rounded = b.apply(ScalarOp.SUB, b.apply(ScalarOp.ADD, size, large), large);
    int isBeyond = b.apply(ScalarOp.GT, rounded, b.literal(DType.F32, DType.F16.max()));
    int result = b.select(isBeyond, b.literal(DType.F32, Double.POSITIVE_INFINITY), rounded);
    return b.bitcast(b.apply(ScalarOp.OR, b.bitcast(result, DType.I32), sign), DType.F32);
  }

  /** Adds just less than half of a unit, or half if the last bit is set, and cuts. */
  private static int roundToBf16(BodyBuilder b, int value) {
    int bits = b.bitcast(value, DType.I32);
    int odd = b.apply(ScalarOp.AND, shift(b, ScalarOp.USHR, bits, 16), integer(b, 1));
    int half = b.apply(ScalarOp.ADD, odd, integer(b, 0x7fff));
    int cut = b.apply(ScalarOp.AND, b.apply(ScalarOp.ADD, bits, half), integer(b, 0xffff0000));
    int isNan = b.apply(ScalarOp.NE, value, value);
    return b.select(isNan, value, b.bitcast(cut, DType.F32));
  }

  private static int shift(BodyBuilder b, ScalarOp op, int x, int distance) {
    return b.apply(op, x, integer(b, distance));
  }

  private static int integer(BodyBuilder b, int value) {
    return b.literalBits(DType.I32, value);
  }
}
