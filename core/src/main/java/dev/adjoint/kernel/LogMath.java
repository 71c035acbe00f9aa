package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Coefficients;
import dev.adjoint.kernel.FloatCode.Constant;

/**
 * Logarithms and the inverse hyperbolic functions.
 *
 * <p>All start with {@code x = 2^k (1 + f)}, k whole and 1 + f from sqrt(1/2) to sqrt(2). With {@code s = f / (2 + f)}
 * the rest is {@code log(1 + f) = 2 s + 2/3 s^3 + ...}, summed as {@code f - (f^2 / 2 - s (f^2 / 2 + ...))} so that the
 * largest term is exact.
 */
final class LogMath {
  private static final Constant LOG2_E =
      new Constant(0x1.71547652b82fep0, 0x1.777d0ffda0d24p-56, -0x1.60bb8a5442ab9p-110);
  private static final Constant LOG10_E =
      new Constant(0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57, 0x1.ee191f71a3012p-112);
  private static final Constant LOG10_2 =
      new Constant(0x1.34413509f79ffp-2, -0x1.9dc1da994fd21p-59, 0x1.22f04d5a618a8p-114);
  private static final double SQRT_HALF = 0x1.6a09e667f3bcdp-1;

  // (2 atanh(s) - 2 s) / s^3 in powers of s^2, |s| <= 3 - sqrt(8); relative error of the logarithm
  // 2^-30.2 and 2^-59.5.
  private static final Coefficients ATANH =
      Coefficients.f32(0x1.55557ap-1, 0x1.995edcp-2, 0x1.31dfdp-2)
          .f64(
              0x1.5555555555592p-1,
              0x1.999999997ff61p-2,
              0x1.24924941db8abp-2,
              0x1.c71c5219c2588p-3,
              0x1.74663bbc2e75p-3,
              0x1.39a2086d2f01fp-3,
              0x1.2f02791b52ef7p-3);

  private LogMath() {}

  /** A number as {@code 2^exponent (1 + fraction)}; both are floats. */
  record Split(int exponent, int fraction) {}

  /** Splits a positive number, which may be subnormal. */
  static Split split(FloatCode f, int x) {
    int shift = f.fraction() + 1;
    int tiny = f.test(ScalarOp.LT, x, f.number(0x1p-126, 0x1p-1022));
    int scaled = f.select(tiny, f.mul(x, f.number(0x1p24, 0x1p53)), x);
    int k = exponent(f, scaled);
    int mantissa = f.fromBits(f.onBits(ScalarOp.SUB, f.toBits(scaled), f.toExponent(k)));
    int exponent = toFloat(f, k, f.select(tiny, f.magic(shift), f.magic(0)));
    return new Split(exponent, f.sub(mantissa, f.number(1)));
  }

  /** The exponent k as an integer. */
  private static int exponent(FloatCode f, int x) {
    int aboveRoot = f.onBits(ScalarOp.SUB, f.toBits(x), f.bitsOf(SQRT_HALF));
    return f.onBits(ScalarOp.SHR, aboveRoot, f.integer(f.fraction()));
  }

  /** A small integer as a float, less what a magic number has been offset by. */
  private static int toFloat(FloatCode f, int k, int magic) {
    return f.sub(f.fromBits(f.onBits(ScalarOp.ADD, k, f.magicBits())), magic);
  }

  /** {@code log(1 + fraction) - fraction}. */
  private static int tail(FloatCode f, int fraction) {
    int s = f.div(fraction, f.add(fraction, f.number(2)));
    int z = f.mul(s, s);
    int halfSquare = f.mul(f.mul(fraction, f.number(0.5)), fraction);
    int series = f.fma(f.polynomial(z, ATANH), z, halfSquare);
    return f.fma(s, series, f.neg(halfSquare));
  }

  /** {@code k log(2) + log(1 + f)}. */
  private static int join(FloatCode f, Split x) {
    return join(f, x, tail(f, x.fraction()));
  }

  private static int join(FloatCode f, Split x, int tail) {
    int low = f.fma(x.exponent(), f.part(ExpMath.LN_2, 1), tail);
    return f.fma(x.exponent(), f.part(ExpMath.LN_2, 0), f.add(x.fraction(), low));
  }

  /** {@code log(1 + f)} times a constant, plus a value. */
  private static int scaledTail(FloatCode f, int fraction, Constant factor, int plus) {
    int low = f.fma(fraction, f.part(factor, 1), plus);
    return f.fma(fraction, f.part(factor, 0), f.fma(tail(f, fraction), f.part(factor, 0), low));
  }

  static int log(FloatCode f, int x) {
    return atEdges(f, x, f.number(0), join(f, split(f, x)));
  }

  /** The logarithm of a positive number plus a much smaller one. */
  static int logOfSum(FloatCode f, int high, int low) {
    Split a = split(f, high);
    // Where the quotient overflows, the second number is 0.
    int scale =
        f.atMost(f.div(f.add(a.fraction(), f.number(1)), high), f.number(0x1p127, 0x1p1023));
    return join(f, new Split(a.exponent(), f.fma(low, scale, a.fraction())));
  }

  /** A logarithm as the sum of two floats, which has more digits than one. */
  record Sum(int high, int low) {}

  /** The logarithm of a positive number. */
  static Sum sum(FloatCode f, int x) {
    Split a = split(f, x);
    int product = f.mul(a.exponent(), f.part(ExpMath.LN_2, 0));
    int high = f.add(product, a.fraction());
    int ofFraction = f.sub(high, product);
    int error = f.add(f.sub(product, f.sub(high, ofFraction)), f.sub(a.fraction(), ofFraction));
    int low = f.fma(a.exponent(), f.part(ExpMath.LN_2, 0), f.neg(product));
    low = f.fma(a.exponent(), f.part(ExpMath.LN_2, 1), f.add(low, error));
    low = f.add(low, tail(f, a.fraction()));
    int sum = f.add(high, low);
    return new Sum(sum, f.sub(low, f.sub(sum, high)));
  }

  static int log2(FloatCode f, int x) {
    Split a = split(f, x);
    int y = f.add(a.exponent(), scaledTail(f, a.fraction(), LOG2_E, f.number(0)));
    return atEdges(f, x, f.number(0), y);
  }

  static int log10(FloatCode f, int x) {
    Split a = split(f, x);
    int low = f.mul(a.exponent(), f.part(LOG10_2, 1));
    int y = f.fma(a.exponent(), f.part(LOG10_2, 0), scaledTail(f, a.fraction(), LOG10_E, low));
    return atEdges(f, x, f.number(0), y);
  }

  /** As the logarithm, but 1 + x is only rounded to find k; the fraction is computed from x. */
  static int log1p(FloatCode f, int x) {
    return log1p(f, x, -1);
  }

  /** The same for the sum of a number and a much smaller one, or -1 for none. */
  private static int log1p(FloatCode f, int x, int low) {
    int k = exponent(f, f.add(x, f.number(1)));
    int fourOverPower =
        f.fromBits(f.toExponent(f.onBits(ScalarOp.SUB, f.integer(f.bias() + 2), k)));
    int quarter = f.number(0.25);
    int powerLessOne = f.fma(fourOverPower, quarter, f.number(-1));
    int fraction = f.fma(f.mul(x, quarter), fourOverPower, powerLessOne);
    int tail = tail(f, fraction);
    if (low >= 0) {
      // Over 1 + fraction, but a part of this error is enough.
      tail = f.fma(f.mul(low, quarter), fourOverPower, tail);
    }
    int y = join(f, new Split(toFloat(f, k, f.magic(0)), fraction), tail);
    return ExpMath.keepTiny(f, x, atEdges(f, x, f.number(-1), y), f.number(0x1p-25, 0x1p-54));
  }

  /** NaN below the pole, negative infinity at it, and infinity and NaN as they are; y elsewhere. */
  private static int atEdges(FloatCode f, int x, int pole, int y) {
    int finite = f.select(f.test(ScalarOp.LT, x, f.infinity()), y, x);
    int edge = f.select(f.test(ScalarOp.EQ, x, pole), f.neg(f.infinity()), f.nan());
    return f.select(f.test(ScalarOp.LE, x, pole), edge, finite);
  }

  /** {@code log1p(a + a^2 / (1 + sqrt(a^2 + 1)))} of {@code a = |x|} with the sign of x. */
  static int asinh(FloatCode f, int x) {
    int one = f.number(1);
    int a = f.abs(x);
    int square = f.mul(a, a);
    int z = f.add(a, f.div(square, f.add(one, f.sqrt(f.add(square, one)))));
    int y = f.signed(log1pOrDoubled(f, a, z, -1), f.signBit(x));
    return ExpMath.keepTiny(f, x, y, f.number(0x1p-12, 0x1p-27));
  }

  /** {@code log1p(t + sqrt(t (t + 2)))} of {@code t = x - 1}. */
  static int acosh(FloatCode f, int x) {
    int t = f.sub(x, f.number(1));
    int root = f.sqrt(f.fma(t, t, f.add(t, t)));
    int z = f.add(root, t);
    int low = f.sub(t, f.sub(z, root));
    return f.select(f.test(ScalarOp.LT, x, f.number(1)), f.nan(), log1pOrDoubled(f, x, z, low));
  }

  /** {@code log1p(z + low)}, or {@code log(2 a)} where a is so large that its square could overflow; low may be -1 for none. */
  private static int log1pOrDoubled(FloatCode f, int a, int z, int low) {
    int large = f.test(ScalarOp.GT, a, f.number(0x1p60, 0x1p500));
    int y = log1p(f, f.select(large, a, z), low < 0 ? low : f.select(large, f.number(0), low));
    return f.select(large, f.add(y, f.part(ExpMath.LN_2, 0)), y);
  }

  /** {@code log1p(2 a / (1 - a)) / 2} of {@code a = |x|} with the sign of x. */
  static int atanh(FloatCode f, int x) {
    int a = f.abs(x);
    int one = f.number(1);
    int twice = f.add(a, a);
    int less = f.sub(one, a);
    int z = f.div(twice, less);
    int minus = f.neg(z);
    int error = f.fma(minus, f.sub(f.sub(one, less), a), f.fma(minus, less, twice));
    // The error is to be divided by 1 - a, which is more than a half where it counts.
    int y = log1p(f, z, f.fma(error, a, error));
    return f.signed(f.abs(f.mul(y, f.number(0.5))), f.signBit(x));
  }
}
