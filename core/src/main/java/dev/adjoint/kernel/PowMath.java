package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.kernel.FloatCode.Coefficients;
import dev.adjoint.kernel.FloatCode.Constant;

/**
 * The power function: {@code x^y = exp(y log|x|)} with the logarithm and the product as unevaluated sums of two
 * numbers, since an error in the exponent is multiplied by up to 2^10 in the result.
 */
final class PowMath {
  private static final Constant TWO_THIRDS =
      new Constant(0x1.5555555555555p-1, 0x1.5555555555555p-55, 0x1.5555555555555p-109);

  // (2 atanh(s) - 2 s - 2/3 s^3) / s^5 in powers of s^2, |s| <= 3 - sqrt(8); relative error of the
  // logarithm 2^-36.8
  // and 2^-66.3.
  private static final Coefficients ATANH_TAIL =
      Coefficients.f32(0x1.999ap-2, 0x1.245278p-2, 0x1.dfa3dcp-3)
          .f64(
              0x1.9999999999b2ep-2,
              0x1.2492492458126p-2,
              0x1.c71c722d13e8p-3,
              0x1.745ce9fea0afbp-3,
              0x1.3b1ee74f2fa0fp-3,
              0x1.0f8053e48e1a9p-3,
              0x1.0e3ef463f69b4p-3);

  private PowMath() {}

  /** The sum of a number and a much smaller one. */
  private record Pair(int high, int low) {}

  /** The sum of two numbers, of which the first is not the smaller one or is 0. */
  private static Pair sum(FloatCode f, int large, int small) {
    int high = f.add(large, small);
    return new Pair(high, f.add(f.sub(large, high), small));
  }

  private static Pair product(FloatCode f, int x, int y) {
    int high = f.mul(x, y);
    return new Pair(high, f.fma(x, y, f.neg(high)));
  }

  private static Pair product(FloatCode f, Pair x, Pair y) {
    Pair p = product(f, x.high(), y.high());
    return new Pair(p.high(), f.fma(x.high(), y.low(), f.fma(x.low(), y.high(), p.low())));
  }

  /** The logarithm of a positive, finite number. */
  private static Pair log(FloatCode f, int x) {
    LogMath.Split split = LogMath.split(f, x);
    Pair denominator = sum(f, f.number(2), split.fraction());
    int reciprocal = f.div(f.number(1), denominator.high());
    int quotient = f.mul(split.fraction(), reciprocal);
    int rest = f.fma(f.neg(quotient), denominator.high(), split.fraction());
    rest = f.fma(f.neg(quotient), denominator.low(), rest);
    Pair s = new Pair(quotient, f.mul(rest, reciprocal));
    Pair z = product(f, s, s);
    Pair c = sum(f, f.part(TWO_THIRDS, 0), f.mul(z.high(), f.polynomial(z.high(), ATANH_TAIL)));
    c = new Pair(c.high(), f.add(c.low(), f.part(TWO_THIRDS, 1)));
    Pair cubic = product(f, s, product(f, z, c));
    Pair fraction = sum(f, f.add(s.high(), s.high()), cubic.high());
    int low = f.add(fraction.low(), f.fma(s.low(), f.number(2), cubic.low()));
    Pair power = product(f, split.exponent(), f.part(ExpMath.LN_2, 0));
    Pair all = sum(f, power.high(), fraction.high());
    low = f.add(low, f.fma(split.exponent(), f.part(ExpMath.LN_2, 1), power.low()));
    return new Pair(all.high(), f.add(all.low(), low));
  }

  /** {@code exp(y log(a))} for a from 0 to infinity. */
  private static int magnitude(FloatCode f, int a, int y) {
    Pair log = log(f, a);
    int finite = f.select(f.test(ScalarOp.LT, a, f.infinity()), log.high(), a);
    int high = f.select(f.test(ScalarOp.EQ, a, f.number(0)), f.neg(f.infinity()), finite);
    int product = f.mul(y, high);
    int limit = f.number(105, 747);
    int low = f.fma(y, log.low(), f.fma(y, high, f.neg(product)));
    int lowInRange = f.select(f.test(ScalarOp.LT, f.abs(product), limit), low, f.number(0));
    ExpMath.Reduced r = ExpMath.reduce(f, f.atLeast(f.atMost(product, limit), f.neg(limit)));
    return ExpMath.scale(f, ExpMath.expOfRest(f, f.add(r.rest(), lowInRange)), r.power());
  }

  /** Whether a number that is not negative is whole; infinity is, NaN is not. */
  private static int isWhole(FloatCode f, BodyBuilder body, int a) {
    int magic = f.number(0x1p23, 0x1p52);
    int rounded = f.sub(f.add(a, magic), magic);
    return body.apply(ScalarOp.OR, f.test(ScalarOp.GE, a, magic), f.test(ScalarOp.EQ, rounded, a));
  }

  /** With all special values as in IEEE 754: {@code pow(x, 0) = pow(1, y) = 1} also for NaN. */
  static int pow(BodyBuilder body, DType type, int x, int y) {
    var f = new FloatCode(body, type);
    int one = f.number(1);
    int zero = f.number(0);
    int a = f.abs(x);
    int ay = f.abs(y);
    int whole = isWhole(f, body, ay);
    int odd =
        body.apply(
            ScalarOp.AND,
            whole,
            body.apply(ScalarOp.NOT, isWhole(f, body, f.mul(ay, f.number(0.5)))));
    int sign = f.select(odd, f.signBit(x), f.integer(0));
    int power = f.signed(magnitude(f, a, y), sign);

    int negative =
        body.apply(
            ScalarOp.AND, f.test(ScalarOp.LT, x, zero), f.test(ScalarOp.LT, a, f.infinity()));
    int invalid = body.apply(ScalarOp.AND, negative, body.apply(ScalarOp.NOT, whole));
    int unit =
        body.apply(
            ScalarOp.AND, f.test(ScalarOp.EQ, a, one), f.test(ScalarOp.EQ, ay, f.infinity()));
    int trivial =
        body.apply(ScalarOp.OR, f.test(ScalarOp.EQ, x, one), f.test(ScalarOp.EQ, y, zero));
    int valid = f.select(invalid, f.nan(), power);
    return f.select(body.apply(ScalarOp.OR, unit, trivial), one, valid);
  }
}
