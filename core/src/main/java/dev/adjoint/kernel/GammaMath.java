package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Coefficients;
import dev.adjoint.kernel.FloatCode.Constant;

/**
 * The logarithm of the gamma function, and its derivative.
 *
 * <p>For x in the middle, {@code 1 / |gamma(x)|} is a product of numbers that differ from x by whole ones, which are exact, and
 * of a series in what x is beyond a whole number. It is 1 at the zeros of the logarithm, so it is a pair of numbers. Beyond that
 * are the series of Stirling and, for negative x, a sine.
 *
 * <p>The error of lgamma near its zeros below -2 is in F64 2^-70, which is no part of the result. Digamma of negative x is a
 * difference, and its error one of units in the last place of the larger of the two numbers.
 */
final class GammaMath {
  private static final int FACTORS = 17;
  private static final Constant LN_PI = new Constant(0x1.250d048e7a1bdp0, 0x1.7abf2ad8d5088p-57, 0);
  private static final double HALF_LN_2_PI_LESS_HALF = 0x1.acfe390c97d69p-2;

  // 1 / gamma(1 + d) in powers of d, |d| <= 1/2; absolute error with REST 2^-48.3 and 2^-82.2.
  private static final Constant[] HEAD = {
    new Constant(1, 0, 0),
    new Constant(0x1.2788cfc6fb619p-1, -0x1.6cb90701fbfabp-58, -0x1.34a95e3133c51p-112),
    new Constant(-0x1.4fcf4026afa2ep-1, 0x1.8a3db7a90c42ap-56, -0x1.1d648ed05db9dp-112),
    new Constant(-0x1.5815e8fa27048p-5, 0x1.b85ea59bc3638p-60, -0x1.2c108500eadc7p-114),
    new Constant(0x1.5512320b43fbep-3, 0x1.77e9bfd84d0f8p-57, -0x1.ec978fd288b0cp-112),
    new Constant(-0x1.59af103c34092p-5, -0x1.ef8da0241c465p-59, -0x1.9485d63fb1236p-113),
    new Constant(-0x1.3b4af28483e21p-7, -0x1.38dbcf40c139bp-61, 0x1.8ca47c18a7541p-115),
    new Constant(0x1.d919c527f60b2p-8, -0x1.a91714b11611fp-62, -0x1.ece797f81d1dp-119),
    new Constant(-0x1.317112ce3a2a8p-10, 0x1.0b48922be53b9p-64, -0x1.2b38dd58b2fefp-118),
    new Constant(-0x1.c364fe6f1563dp-13, 0x1.6707f71f86f2ep-69, -0x1.b6ed6b46c9768p-124)
  };
  private static final Coefficients REST =
      Coefficients.f32(
              0x1.0c8a7ap-13,
              -0x1.51ce8cp-16,
              -0x1.4fb96ep-20,
              0x1.3027e2p-20,
              -0x1.b58b32p-23,
              0x1.85e936p-28)
          .f64(
              0x1.0c8a78cd9f9d2p-13,
              -0x1.51ce8af47eabdp-16,
              -0x1.4fad41fc34fcp-20,
              0x1.302509dbc052cp-20,
              -0x1.b9986666c12a4p-23,
              0x1.a44b7bb398334p-28,
              0x1.57bc3fbf95fap-28,
              -0x1.44b4d2973e21fp-30,
              0x1.cae774d5e2d18p-34,
              0x1.11dcce79c28cap-37,
              -0x1.0429581ac5923p-38,
              0x1.1ca6f7f921638p-41,
              -0x1.60d4bff75312ap-46);

  // The series of Stirling for the logarithm, and of its derivative, in powers of 1 / z^2.
  private static final Coefficients STIRLING =
      Coefficients.f32(1 / 12.0, -1 / 360.0, 1 / 1260.0)
          .f64(
              1 / 12.0,
              -1 / 360.0,
              1 / 1260.0,
              -1 / 1680.0,
              1 / 1188.0,
              -691 / 360360.0,
              1 / 156.0,
              -3617 / 122400.0);
  private static final Coefficients SLOPE =
      Coefficients.f32(1 / 12.0, -1 / 120.0, 1 / 252.0)
          .f64(
              1 / 12.0,
              -1 / 120.0,
              1 / 252.0,
              -1 / 240.0,
              1 / 132.0,
              -691 / 32760.0,
              1 / 12.0,
              -3617 / 8160.0);

  // sin(pi r) / r in powers of r^2, |r| <= 1/2; relative error 2^-35.1 and 2^-70.8.
  private static final Coefficients SINE =
      Coefficients.f32(
              0x1.921fb6p1,
              -0x1.4abbcep2,
              0x1.466bcp1,
              -0x1.32d12ep-1,
              0x1.501408p-4,
              -0x1.cc9b6p-8)
          .f64(
              0x1.921fb54442d18p1,
              -0x1.4abbce625be53p2,
              0x1.466bc6775aae2p1,
              -0x1.32d2cce62bd57p-1,
              0x1.50783487ec19ap-4,
              -0x1.e3074fdc520eap-8,
              0x1.e8f4338e03a66p-12,
              -0x1.6fad488852625p-16,
              0x1.aabbe3815eb6p-21,
              -0x1.7ed4cd7222586p-26);

  // digamma(x) / (x - root) in powers of x - 3/2 for x from 1 to 2; relative error 2^-27.8 and
  // 2^-58.3.
  private static final Constant ROOT_LESS_ONE =
      new Constant(0x1.d8b618d5af8fcp-2, 0x1.b86a722197829p-54, 0x1.e0d62a6be90c7p-109);
  private static final Coefficients DIGAMMA =
      Coefficients.f32(
              0x1.e6f0ccp-1,
              -0x1.b1cb68p-2,
              0x1.eca19p-3,
              -0x1.2febbep-3,
              0x1.850eaap-4,
              -0x1.fc5cd2p-5,
              0x1.4ea4b8p-5,
              -0x1.a67e08p-6,
              0x1.186978p-6,
              -0x1.0c43fp-6,
              0x1.65418ap-7)
          .f64(
              0x1.e6f0cbb873616p-1,
              -0x1.b1cb63005ee98p-2,
              0x1.eca189b8e6f6dp-3,
              -0x1.2feeeb98a78eap-3,
              0x1.8512e5903903ep-4,
              -0x1.fb44202a2306bp-5,
              0x1.4de9aa1779d23p-5,
              -0x1.b9f8b11bfd3dp-6,
              0x1.2564717896ec6p-6,
              -0x1.863563f44f303p-7,
              0x1.03c0adafa529cp-7,
              -0x1.5a06a5d662cb4p-8,
              0x1.cd2011454fd05p-9,
              -0x1.336dbe66757c8p-9,
              0x1.99d3f5c0cad5ep-10,
              -0x1.0fb38d217b8p-10,
              0x1.6a3e76070c135p-11,
              -0x1.fd8e50abf2196p-12,
              0x1.53b23429da21bp-12,
              -0x1.2fae5cb379bf2p-13,
              0x1.94e73cc9821e1p-14,
              -0x1.75c084e78a4cdp-13,
              0x1.f255c4568ac4dp-14);

  private GammaMath() {}

  /** A number as an exact sum of two, of which the second is much smaller. */
  private record Pair(int high, int low) {
    static Pair sum(FloatCode f, int a, int b) {
      int sum = f.add(a, b);
      int ofB = f.sub(sum, a);
      return new Pair(sum, f.add(f.sub(a, f.sub(sum, ofB)), f.sub(b, ofB)));
    }

    /** The product with a number. */
    Pair times(FloatCode f, int factor) {
      int product = f.mul(high, factor);
      return new Pair(product, f.fma(low, factor, f.fma(high, factor, f.neg(product))));
    }

    Pair times(FloatCode f, Pair factor) {
      Pair product = times(f, factor.high);
      return new Pair(product.high, f.fma(high, factor.low, product.low));
    }

    Pair over(FloatCode f, Pair divisor) {
      int quotient = f.div(high, divisor.high);
      int rest = f.add(f.fma(f.neg(quotient), divisor.high, high), low);
      return new Pair(quotient, f.div(f.fma(f.neg(quotient), divisor.low, rest), divisor.high));
    }
  }

  /** {@code log|gamma(x)|}; infinite at 0 and negative whole numbers. */
  static int lgamma(FloatCode f, int x) {
    int a = f.abs(x);
    int negative = f.test(ScalarOp.LT, x, f.number(0));
    int whole = RoundMath.round(f, x);
    int beyond = f.sub(x, whole);
    int far = f.test(ScalarOp.GT, a, f.select(negative, f.number(16.5), f.number(11.5)));
    Pair inverse = inverse(f, x, whole, beyond);
    int distance = f.abs(beyond);
    int sine = f.mul(distance, f.polynomial(f.mul(beyond, beyond), SINE));
    // One logarithm is enough for both.
    int high = f.select(far, sine, f.abs(inverse.high()));
    int low = f.select(far, f.number(0), f.flip(inverse.low(), f.signBit(inverse.high())));
    int log = LogMath.logOfSum(f, high, low);
    int ofSine = f.select(negative, f.sub(log, f.part(LN_PI, 0)), f.number(0));
    int large = stirling(f, a, negative, ofSine);
    int y = f.select(far, f.select(negative, f.neg(large), large), f.sub(f.number(0), log));
    int zero = f.test(ScalarOp.EQ, high, f.number(0));
    int poles = f.select(f.test(ScalarOp.LE, x, f.number(0)), zero, f.test(ScalarOp.NE, x, x));
    int finite = f.select(poles, f.infinity(), y);
    return f.select(f.test(ScalarOp.LT, a, f.infinity()), finite, a);
  }

  /** {@code 1 / gamma(x)}. */
  private static Pair inverse(FloatCode f, int x, int whole, int beyond) {
    int one = f.number(1);
    int above = f.test(ScalarOp.GE, whole, one);
    int step = f.select(above, f.number(-1), one);
    int first = f.select(above, f.sub(x, one), x);
    int count = f.select(above, f.sub(whole, one), f.sub(one, whole));
    Pair product = new Pair(one, f.number(0));
    for (int j = 0; j < FACTORS; j++) {
      int factor = f.fma(f.number(j), step, first);
      int counts = f.test(ScalarOp.LT, f.number(j), count);
      product = product.times(f, f.select(counts, factor, one));
    }
    Pair series = series(f, beyond);
    Pair below = series.times(f, product);
    Pair over = series.over(f, product);
    return new Pair(
        f.select(above, over.high(), below.high()), f.select(above, over.low(), below.low()));
  }

  /** {@code 1 / gamma(1 + d)}. */
  private static Pair series(FloatCode f, int d) {
    Pair sum = new Pair(f.polynomial(d, REST), f.number(0));
    for (int k = HEAD.length - 1; k >= 0; k--) {
      Pair product = sum.times(f, d);
      Pair next = Pair.sum(f, f.part(HEAD[k], 0), product.high());
      sum = new Pair(next.high(), f.add(next.low(), f.add(product.low(), f.part(HEAD[k], 1))));
    }
    return sum;
  }

  /** {@code (z -+ 1/2) (log(z) - 1)} and so on, plus a value: log(gamma(z)) or, for a negative argument, log(gamma(z + 1)). */
  private static int stirling(FloatCode f, int z, int negative, int plus) {
    LogMath.Sum log = LogMath.sum(f, z);
    int less = f.sub(log.high(), f.number(1));
    int factor = f.add(z, f.select(negative, f.number(0.5), f.number(-0.5)));
    int product = f.mul(factor, less);
    int low = f.fma(factor, log.low(), f.fma(factor, less, f.neg(product)));
    int inverse = f.div(f.number(1), z);
    int rest =
        f.fma(
            f.polynomial(f.mul(inverse, inverse), STIRLING),
            inverse,
            f.select(
                negative, f.number(1 + HALF_LN_2_PI_LESS_HALF), f.number(HALF_LN_2_PI_LESS_HALF)));
    int y = f.add(product, f.add(f.add(low, rest), plus));
    return f.select(f.test(ScalarOp.LT, product, f.infinity()), y, product);
  }

  /** The derivative of {@link #lgamma}: NaN at negative whole numbers, infinite at 0. */
  static int digamma(FloatCode f, int x) {
    int one = f.number(1);
    int negative = f.test(ScalarOp.LT, x, f.number(0));
    int small = f.test(ScalarOp.LT, x, one);
    int z = f.abs(x);
    // Digamma of 1 + a, for a = x - 1, or for a = |x| with other terms besides.
    int a = f.select(small, z, f.sub(x, one));
    int far = f.test(ScalarOp.GE, a, f.number(reciprocals(f)));
    int y = f.select(far, ofLarge(f, z, negative), ofSum(f, a, far));
    int pole = f.select(small, f.div(f.number(-1), x), f.number(0));
    int other = f.select(negative, f.neg(cotangent(f, x)), pole);
    int shifted = f.select(far, f.select(negative, other, f.number(0)), other);
    return f.add(y, shifted);
  }

  /** The most reciprocals that are summed: each adds to the error, and beyond the series of Stirling is good enough. */
  private static int reciprocals(FloatCode f) {
    return f.count(5, 11);
  }

  /** Digamma of 1 + a: that of a number from 1 to 2, plus {@code 1 / a + 1 / (a - 1) + ...} as one fraction. */
  private static int ofSum(FloatCode f, int a, int far) {
    int one = f.number(1);
    int rest = f.select(far, one, a);
    int numerator = f.number(0);
    int denominator = one;
    int term = rest;
    for (int j = 0; j < reciprocals(f); j++) {
      int counts = f.test(ScalarOp.GE, term, one);
      numerator = f.select(counts, f.fma(numerator, term, denominator), numerator);
      denominator = f.select(counts, f.mul(denominator, term), denominator);
      rest = f.select(counts, f.sub(term, one), rest);
      term = rest;
    }
    int fromRoot = f.sub(f.sub(rest, f.part(ROOT_LESS_ONE, 0)), f.part(ROOT_LESS_ONE, 1));
    int least = f.mul(fromRoot, f.polynomial(f.sub(rest, f.number(0.5)), DIGAMMA));
    return f.add(least, f.div(numerator, denominator));
  }

  /** {@code log(z) -+ 1 / 2 z - 1 / 12 z^2 ...}: digamma of z or, for a negative argument, of z + 1. */
  private static int ofLarge(FloatCode f, int z, int negative) {
    int inverse = f.div(f.number(1), z);
    int square = f.mul(inverse, inverse);
    int half = f.select(negative, f.number(0.5), f.number(-0.5));
    int rest = f.fma(f.neg(square), f.polynomial(square, SLOPE), f.mul(half, inverse));
    return f.add(LogMath.log(f, z), rest);
  }

  /** {@code pi / tan(pi x)}; NaN for whole numbers. */
  private static int cotangent(FloatCode f, int x) {
    int beyond = f.sub(x, RoundMath.round(f, x));
    int a = f.abs(beyond);
    int other = f.sub(f.number(0.5), a);
    int sine = f.mul(a, f.polynomial(f.mul(a, a), SINE));
    int cosine = f.mul(other, f.polynomial(f.mul(other, other), SINE));
    int y = f.flip(f.mul(f.number(Math.PI), f.div(cosine, sine)), f.signBit(beyond));
    return f.select(f.test(ScalarOp.EQ, a, f.number(0)), f.nan(), y);
  }
}
