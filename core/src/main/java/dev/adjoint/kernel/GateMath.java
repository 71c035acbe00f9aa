package dev.adjoint.kernel;

import dev.adjoint.kernel.ExpMath.Scaled;
import dev.adjoint.kernel.FloatCode.Coefficients;
import dev.adjoint.kernel.FloatCode.Constant;
import dev.adjoint.kernel.FloatCode.Sum;

/**
 * The sigmoid, and activations that are x times a function from 0 to 1, such as SiLU and GELU.
 *
 * <p>They are divisions by {@code 1 + exp(-v)} or the like, which is the sum of a power of two and a smaller number: its one
 * rounding, and that of the quotient, are nearly all of the error. A power of two is left out of divisors until the last step, so
 * that none overflows.
 */
final class GateMath {
  // sqrt(8 / pi), and 0.044715 times that.
  private static final Constant SLOPE =
      new Constant(0x1.9884533d43651p0, -0x1.cbc0d30ebfd15p-54, -0x1.c7402c7d60cfbp-110);
  private static final Constant CUBIC =
      new Constant(0x1.2444f2a4d8b4bp-4, -0x1.6c843a29d1c7p-61, -0x1.e59a5ef3f43e4p-115);

  // (a + K) / K exp(a^2 / 2) erfc(a / sqrt(2)) in powers of a / (a + K) - C, with a up to 14.5 or,
  // in F64, 38.7; relative error 2^-27.4 and 2^-53.9.
  private static final Coefficients SCALED_COMPLEMENT =
      Coefficients.f32(
              0x1.fc3990p-2,
              -0x1.86aadap-1,
              0x1.8f9948p-1,
              -0x1.c022c2p-2,
              -0x1.b6f438p-7,
              0x1.6b8110p-3,
              -0x1.a78376p-6,
              -0x1.667fa0p-4,
              0x1.354356p-7,
              0x1.514a16p-5)
          .f64(
              0x1.ace71446617ap-2,
              -0x1.6d84e693451efp-1,
              0x1.d9fce4cefc8dbp-1,
              -0x1.bdf30d40e3322p-1,
              0x1.06e72f523d6b8p-1,
              -0x1.2177b3f9825f8p-4,
              -0x1.3b4b0f6fd9fap-3,
              0x1.67529c1e6898fp-4,
              0x1.8f7930ed9c808p-5,
              -0x1.a2feaa2716b97p-5,
              -0x1.856ff8b6c0b3cp-6,
              0x1.cf10569977144p-6,
              0x1.2338c11a3af51p-6,
              -0x1.d6d5acf1a57c1p-7,
              -0x1.fdcb031f4a60bp-7,
              0x1.39bd5b650060ap-8,
              0x1.ac6eca8f4b515p-7,
              0x1.e023febed37ddp-10,
              -0x1.3a38fd4c976adp-7,
              -0x1.34bebeda98f3bp-8,
              0x1.7f2c59850753fp-8,
              0x1.94ed97dfac124p-9,
              -0x1.4666afb307874p-9);

  private GateMath() {}

  /** {@code 2^-k exp(v)} for v up to 110 or, in F64, 760, with the k of {@link #unit}. */
  private static Scaled exp(FloatCode f, int v, int low) {
    return Scaled.of(f, v, low, -f.bias() / 3);
  }

  private static Scaled exp(FloatCode f, int v) {
    return Scaled.of(f, v, -f.bias() / 3);
  }

  /** {@code 2^-k}, so small that 2^-k times no exponential here overflows. */
  private static double unit(FloatCode f) {
    return Math.scalb(1.0, -f.bias() / 3);
  }

  /**
   * An argument in the range where the function is not x or -0.
   *
   * @param isAbove whether x is above that range
   */
  private record Limited(int isAbove, int x) {
    static Limited of(FloatCode f, int x, int least, int most) {
      int above = f.test(ScalarOp.GT, x, most);
      return new Limited(above, f.select(above, most, f.atLeast(x, least)));
    }

    /** x over a divisor that is too small by 2^k. */
    int over(FloatCode f, int divisor, int unlimited) {
      int y = f.mul(f.div(x, divisor), f.number(unit(f)));
      return f.select(isAbove, unlimited, y);
    }
  }

  private static Limited limit(FloatCode f, int x) {
    return Limited.of(f, x, f.number(-110, -760), f.number(20, 40));
  }

  /** {@code 1 / (1 + exp(-x))}. */
  static int sigmoid(FloatCode f, int x) {
    int one = f.number(unit(f));
    return f.div(one, exp(f, f.neg(limit(f, x).x())).plus(f, one));
  }

  /** {@code x / (1 + exp(-x))}. */
  static int silu(FloatCode f, int x) {
    Limited a = limit(f, x);
    return a.over(f, exp(f, f.neg(a.x())).plus(f, f.number(unit(f))), x);
  }

  /** {@code x / (1 + exp(-v))} with {@code v = sqrt(8 / pi) (x + 0.044715 x^3)}, which is the sum of two numbers. */
  static int geluTanh(FloatCode f, int x) {
    Limited limited = Limited.of(f, x, f.number(-11, -22), f.number(6, 8));
    int a = f.neg(limited.x());
    int square = f.mul(a, a);
    int squareLow = f.fma(a, a, f.neg(square));
    int cubic = f.part(CUBIC, 0);
    int term = f.mul(cubic, square);
    int termLow =
        f.fma(cubic, squareLow, f.fma(f.part(CUBIC, 1), square, f.fma(cubic, square, f.neg(term))));
    int slope = f.part(SLOPE, 0);
    int sum = f.add(slope, term);
    int fromTerm = f.sub(sum, slope);
    int sumLow = f.add(f.sub(slope, f.sub(sum, fromTerm)), f.sub(term, fromTerm));
    sumLow = f.add(sumLow, f.add(termLow, f.part(SLOPE, 1)));
    int v = f.mul(a, sum);
    Scaled e = exp(f, v, f.fma(a, sumLow, f.fma(a, sum, f.neg(v))));
    return limited.over(f, e.plus(f, f.number(unit(f))), x);
  }

  /** {@code x tanh(log(1 + exp(x)))}, which is {@code x / (s + 1 / (4 s))} with {@code s = exp(-x) + 1/2}. */
  static int mish(FloatCode f, int x) {
    Limited a = limit(f, x);
    Scaled e = exp(f, f.neg(a.x()));
    int half = f.number(unit(f) / 2);
    int s = f.fma(e.excess(), e.power(), f.add(e.power(), half));
    int inverse = f.div(f.number(unit(f) * unit(f) / 4), s);
    // For positive x the error of s is undone by that of its inverse; for others s is the sum of
    // two numbers.
    int positive = f.test(ScalarOp.GT, x, f.number(0));
    int part = f.fma(e.excess(), e.power(), half);
    int small = f.select(positive, inverse, f.add(part, inverse));
    return a.over(f, f.add(f.select(positive, s, e.power()), small), x);
  }

  /** {@code max(x, 0) - |x| Q(|x|)} with the upper tail Q of the normal distribution, {@code erfc(x / sqrt(2)) / 2}. */
  static int gelu(FloatCode f, int x) {
    // As integers, bits of numbers without a sign are in the same order; NaN becomes the limit too.
    int limit = f.toBits(f.number(14.5, 38.7));
    int a = f.fromBits(f.onBits(ScalarOp.MIN, f.toBits(f.abs(x)), limit));
    int minusRatio = f.div(a, f.sub(f.number(-3.3125, -4), a));
    // a K / (a + K): where that is small, so is what the error of the quotient adds to it.
    int high = f.fma(a, minusRatio, a);
    int low = f.fma(a, minusRatio, f.sub(a, high));
    int centered = f.fma(high, f.number(1 / 3.3125, 0.25), f.number(-0.4296875, -0.4375));
    Sum complement = f.longPolynomial(centered, SCALED_COMPLEMENT, 1);
    int tail = f.mul(high, complement.high());
    int tailLow = f.fma(high, complement.low(), f.fma(high, complement.high(), f.neg(tail)));
    // The derivative of the product is close to the fourth power of the complement.
    int square = f.mul(complement.high(), complement.high());
    tailLow = f.fma(low, f.mul(square, square), tailLow);
    int scaled = ExpMath.timesExp(f, tail, tailLow, f.mul(a, f.number(-0.5)), a);
    // Not x < 0: a compiler of OpenCL takes that and -0.0 for the larger of the two, which is -0.0
    // for 0.0.
    int negative = f.test(ScalarOp.LE, x, f.number(-Float.MIN_VALUE, -Double.MIN_VALUE));
    return f.fma(scaled, f.number(-0x1p-65), f.select(negative, f.number(-0.0), x));
  }
}
