package dev.adjoint.kernel;

/** Rounding of floats to whole numbers, and the divisions that round. */
final class RoundMath {
  private RoundMath() {}

  /** Half to even: adding and subtracting a power of two makes the hardware round. */
  private static int nearest(FloatCode f, int x, int signBit) {
    int magic = f.signed(f.number(0x1p23, 0x1p52), signBit);
    return f.sub(f.add(x, magic), magic);
  }

  /** The result with the sign of x, or x itself where it is too large to have a fraction, infinite or NaN. */
  private static int finish(FloatCode f, int x, int rounded, int signBit) {
    int hasFraction = f.test(ScalarOp.LT, f.abs(x), f.number(0x1p23, 0x1p52));
    return f.select(hasFraction, f.signed(rounded, signBit), x);
  }

  static int round(FloatCode f, int x) {
    int sign = f.signBit(x);
    return finish(f, x, nearest(f, x, sign), sign);
  }

  static int floor(FloatCode f, int x) {
    int sign = f.signBit(x);
    int r = nearest(f, x, sign);
    int down = f.select(f.test(ScalarOp.GT, r, x), f.sub(r, f.number(1)), r);
    return finish(f, x, down, sign);
  }

  static int ceil(FloatCode f, int x) {
    int sign = f.signBit(x);
    int r = nearest(f, x, sign);
    int up = f.select(f.test(ScalarOp.LT, r, x), f.add(r, f.number(1)), r);
    return finish(f, x, up, sign);
  }

  static int trunc(FloatCode f, int x) {
    int a = f.abs(x);
    int r = nearest(f, a, f.integer(0));
    int down = f.select(f.test(ScalarOp.GT, r, a), f.sub(r, f.number(1)), r);
    return finish(f, x, down, f.signBit(x));
  }

  /**
   * The largest whole number not above x / y. The quotient may have been rounded up to a whole number; the exact sign
   * of {@code x - q y} shows that. NaN for infinite x, {@code x / y} for y = 0.
   */
  static int floorDiv(FloatCode f, BodyBuilder body, int x, int y) {
    int zero = f.number(0);
    int quotient = f.div(x, y);
    int q = floor(f, quotient);
    int rest = f.fma(f.neg(q), y, x);
    int infiniteDivisor = f.test(ScalarOp.EQ, f.abs(y), f.infinity());
    rest = f.select(infiniteDivisor, x, rest);
    int differ =
        body.apply(ScalarOp.XOR, f.test(ScalarOp.LT, rest, zero), f.test(ScalarOp.LT, y, zero));
    int tooLarge = body.apply(ScalarOp.AND, differ, f.test(ScalarOp.NE, rest, zero));
    int result = f.select(tooLarge, f.sub(q, f.number(1)), q);
    int infinite = f.test(ScalarOp.EQ, f.abs(x), f.infinity());
    result = f.select(infinite, f.nan(), result);
    return f.select(f.test(ScalarOp.EQ, y, zero), quotient, result);
  }

  /** {@code x - y floorDiv(x, y)}, with the sign of y. */
  static int remainder(FloatCode f, BodyBuilder body, int x, int y) {
    int zero = f.number(0);
    int r = body.apply(ScalarOp.REM, x, y);
    int differ =
        body.apply(ScalarOp.XOR, f.test(ScalarOp.LT, r, zero), f.test(ScalarOp.LT, y, zero));
    int shifted = f.select(differ, f.add(r, y), r);
    int zeroLikeDivisor = f.signed(zero, f.signBit(y));
    return f.select(f.test(ScalarOp.EQ, r, zero), zeroLikeDivisor, shifted);
  }
}
