package dev.adjoint.kernel;

import dev.adjoint.DType;

/**
 * What the bits of narrow types mean, and how values are rounded to them.
 *
 * <p>Devices have instructions for f16; all else is arithmetic that they have anyway. So they need only loads and stores of one
 * and two bytes, and give the same bits.
 */
final class NarrowMath {
  /** The bits of the NaN that has the element of every NaN of bf16. */
  private static final int BF16_NAN = 0x7fc00000;

  private NarrowMath() {}

  /** The value of the bits of an element. */
  static int unpack(BodyBuilder b, int bits, DType dtype) {
    return switch (dtype) {
      case I8 -> signed(b, bits);
      case F16 -> b.meaning(bits, b.widen(bits));
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
      case F16 -> b.narrow(value);
      case BF16 -> shift(b, ScalarOp.USHR, onlyNan(b, value, b.bitcast(value, DType.I32)), 16);
      case BOOL, U8, I8, I32, I64, F32, F64 -> value;
    };
  }

  /** A value of the register type, rounded to a type. */
  static int round(BodyBuilder b, int value, DType dtype) {
    return switch (dtype) {
      case U8 -> b.apply(ScalarOp.AND, value, integer(b, 0xff));
      case I8 -> signed(b, value);
      case F16 -> unpack(b, b.narrow(value), dtype);
      case BF16 -> roundToBf16(b, value);
      case BOOL, I32, I64, F32, F64 -> value;
    };
  }

  private static int signed(BodyBuilder b, int x) {
    return shift(b, ScalarOp.SHR, shift(b, ScalarOp.SHL, x, 24), 24);
  }

  /** Adds just less than half of a unit, or half if the last bit is set; the upper half is the element. */
  private static int roundToBf16(BodyBuilder b, int value) {
    int bits = b.bitcast(value, DType.I32);
    int odd = b.apply(ScalarOp.AND, shift(b, ScalarOp.USHR, bits, 16), integer(b, 1));
    int half = b.apply(ScalarOp.ADD, odd, integer(b, 0x7fff));
    int sum = onlyNan(b, value, b.apply(ScalarOp.ADD, bits, half));
    int cut = b.apply(ScalarOp.AND, sum, integer(b, 0xffff0000));
    return b.meaning(shift(b, ScalarOp.USHR, sum, 16), b.bitcast(cut, DType.F32));
  }

  /** Some bits, or those of the one NaN where a value is any. */
  private static int onlyNan(BodyBuilder b, int value, int bits) {
    return b.select(b.apply(ScalarOp.NE, value, value), integer(b, BF16_NAN), bits);
  }

  private static int shift(BodyBuilder b, ScalarOp op, int x, int distance) {
    return b.apply(op, x, integer(b, distance));
  }

  private static int integer(BodyBuilder b, int value) {
    return b.literalBits(DType.I32, value);
  }
}
