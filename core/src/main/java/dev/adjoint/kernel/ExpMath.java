package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Coefficients;
import dev.adjoint.kernel.FloatCode.Constant;

/**
 * Exponentials and what is made of them.
 *
 * <p>All start with {@code x = n ln 2 + r}, n whole and |r| at most half of ln 2. What is close to zero for small x is
 * made from {@code exp(r) - 1}, the rest from {@code exp(r)}. The first part of ln 2 has so few digits that n times it, and what
 * x differs from that, is exact.
 */
final class ExpMath {
  static final Constant LN_2 =
      new Constant(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56, 0x1.7b57a079a1934p-111);
  private static final double LOG2_E = 0x1.71547652b82fep0;
  private static final double SHORT_LN_2 = 0x1.62e4p-1;
  private static final double SHORT_LN_2_F64 = 0x1.62e42fefa38p-1;
  private static final double REST_OF_LN_2 = 0x1.7f7d1cf79abcap-20;
  private static final double REST_OF_LN_2_F64 = 0x1.ef35793c7673p-45;

  // (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2; relative error of exp 2^-27.5 and 2^-57.0.
  private static final Coefficients EXP =
      Coefficients.f32(0x1.fffffep-2, 0x1.555494p-3, 0x1.55564p-5, 0x1.123e04p-7, 0x1.6cee98p-10)
          .f64(
              0x1.000000000000ap-1,
              0x1.55555555554edp-3,
              0x1.555555555058dp-5,
              0x1.111111112af72p-7,
              0x1.6c16c184dfb13p-10,
              0x1.a01a011834757p-13,
              0x1.a01997fce22fdp-16,
              0x1.71df45ac15ef5p-19,
              0x1.28af78e607683p-22,
              0x1.ad665ec1fb548p-26);

  // The same where the relative error of exp(r) - 1 counts: 2^-28.8 and 2^-59.6.
  private static final Coefficients EXPM1 =
      Coefficients.f32(
              0x1.0p-1, 0x1.555554p-3, 0x1.55551cp-5, 0x1.1111fep-7, 0x1.6d20acp-10, 0x1.9f65b4p-13)
          .f64(
              0x1.0p-1,
              0x1.5555555555559p-3,
              0x1.555555555553ep-5,
              0x1.111111110f6c3p-7,
              0x1.6c16c16c1f0d4p-10,
              0x1.a01a01afddf1p-13,
              0x1.a01a017bb7513p-16,
              0x1.71ddf862d340dp-19,
              0x1.27e53631d7ed6p-22,
              0x1.af5ea9cc9718dp-26,
              0x1.1ee8a64ea5819p-29);

  // (2^r - 1) / r for |r| <= 1 / 2; relative error of 2^r 2^-27.5 and 2^-55.8.
  private static final Coefficients EXP2 =
      Coefficients.f32(
              0x1.62e432p-1,
              0x1.ebfbe6p-3,
              0x1.c6ada8p-5,
              0x1.3b21cp-7,
              0x1.5fbd02p-10,
              0x1.4bea24p-13)
          .f64(
              0x1.62e42fefa39efp-1,
              0x1.ebfbdff82c58ep-3,
              0x1.c6b08d704a1c3p-5,
              0x1.3b2ab6fba526dp-7,
              0x1.5d87fe787a0ap-10,
              0x1.430912f6d78edp-13,
              0x1.ffcbfd17af968p-17,
              0x1.62c0289b544b6p-20,
              0x1.b523df20c00a2p-24,
              0x1.e4bd97fff678dp-28,
              0x1.eaf5f1b1cda6dp-32,
              0x1.cfd7763be2445p-36);

  private ExpMath() {}

  /**
   * An argument split into n and r.
   *
   * @param power an integer whose low bits are n plus twice the exponent bias
   * @param rest r
   */
  record Reduced(int power, int rest) {}

  /** Splits an argument; |n| must be below 2^11 or, for F32, 2^8. */
  static Reduced reduce(FloatCode f, int x) {
    return reduce(f, x, 2 * f.bias());
  }

  /** The same with another offset of the power than twice the bias. */
  static Reduced reduce(FloatCode f, int x, int offset) {
    Whole n = Whole.of(f, x, LOG2_E, offset);
    int high = f.fma(n.value(), f.number(-SHORT_LN_2, -SHORT_LN_2_F64), x);
    int rest = f.number(-REST_OF_LN_2, -REST_OF_LN_2_F64);
    return new Reduced(n.bits(), f.fma(n.value(), rest, high));
  }

  /**
   * The whole number next to a product.
   *
   * @param bits an integer whose low bits are that number plus an offset
   * @param value the number as a float
   */
  private record Whole(int bits, int value) {
    static Whole of(FloatCode f, int x, double factor, int offset) {
      int magic = f.magic(offset);
      int shifted = f.fma(x, f.number(factor), magic);
      return new Whole(f.toBits(shifted), f.sub(shifted, magic));
    }
  }

  /** Splits the sum of a number and a much smaller one; the power has an offset instead of twice the bias. */
  private static Reduced reduce(FloatCode f, int x, int low, int offset) {
    Whole n = Whole.of(f, x, LOG2_E, offset);
    int high = f.fma(n.value(), f.number(-SHORT_LN_2, -SHORT_LN_2_F64), x);
    int rest = f.number(-REST_OF_LN_2, -REST_OF_LN_2_F64);
    return new Reduced(n.bits(), f.add(high, f.fma(n.value(), rest, low)));
  }

  /** {@code x = (n ln 2) / 2 + r} with r from -ln(2) / 4 to ln(2) / 4, plus a number. */
  static Reduced reduceHalf(FloatCode f, int x, double plus) {
    Whole n = Whole.of(f, f.sub(x, f.number(plus)), 2 * LOG2_E, f.bias());
    int high = f.fma(n.value(), f.number(-SHORT_LN_2 / 2, -SHORT_LN_2_F64 / 2), x);
    int rest = f.number(-REST_OF_LN_2 / 2, -REST_OF_LN_2_F64 / 2);
    return new Reduced(n.bits(), f.fma(n.value(), rest, high));
  }

  /** {@code exp(r)}. */
  static int expOfRest(FloatCode f, int r) {
    int one = f.number(1);
    return f.fma(f.fma(f.polynomial(r, EXP), r, one), r, one);
  }

  /** {@code exp(r) - 1}. */
  static int expm1OfRest(FloatCode f, int r) {
    return f.fma(f.polynomial(r, EXPM1), f.mul(r, r), r);
  }

  /**
   * {@code 2^k exp(v)} as {@code 2^(n+k) (1 + excess)}, which has more digits than a float.
   *
   * @param power {@code 2^(n+k)}, which is a normal number
   * @param excess {@code exp(r) - 1}
   */
  record Scaled(int power, int excess) {
    static Scaled of(FloatCode f, int v, int k) {
      return of(f, reduce(f, v, f.bias() + k));
    }

    /** For the sum of a number and a much smaller one. */
    static Scaled of(FloatCode f, int v, int low, int k) {
      return of(f, reduce(f, v, low, f.bias() + k));
    }

    private static Scaled of(FloatCode f, Reduced a) {
      int excess = f.fma(f.polynomial(a.rest(), EXP), f.mul(a.rest(), a.rest()), a.rest());
      return new Scaled(f.fromBits(f.toExponent(a.power())), excess);
    }

    /** This plus a number from 0 on: close to one rounding, as the number is first added to what is smaller. */
    int plus(FloatCode f, int number) {
      return f.add(power, f.fma(excess, power, number));
    }
  }

  /**
   * {@code 2^64 y exp(u v)} for a product from -110 or, in F64, -750 to 0, which is not rounded; so no result is subnormal.
   *
   * @param y a number
   * @param low a much smaller one that is added to it
   */
  static int timesExp(FloatCode f, int y, int low, int u, int v) {
    int x = f.mul(u, v);
    Reduced a = reduce(f, x, f.fma(u, v, f.neg(x)), f.bias() + 64);
    int r = a.rest();
    int curve = f.mul(f.polynomial(r, EXP), f.mul(r, r));
    int growth = f.fma(y, r, f.fma(y, curve, low));
    return f.mul(f.add(y, growth), f.fromBits(f.toExponent(a.power())));
  }

  /** {@code x * 2^n}, in two steps so that overflow and subnormal results are right. */
  static int scale(FloatCode f, int x, int power) {
    int half = f.onBits(ScalarOp.SHR, power, f.integer(1));
    int rest = f.onBits(ScalarOp.SUB, power, half);
    return f.mul(f.mul(x, f.fromBits(f.toExponent(half))), f.fromBits(f.toExponent(rest)));
  }

  /** {@code 2^(n + offset)}, which must be a normal number. */
  static int power(FloatCode f, int power, int offset) {
    return f.fromBits(f.toExponent(f.onBits(ScalarOp.ADD, power, f.integer(offset - f.bias()))));
  }

  static int exp(FloatCode f, int x) {
    return expBelow(f, f.atMost(x, f.number(88.8, 710)));
  }

  /** {@code exp(x)} for x that is not above the logarithm of the largest number. */
  private static int expBelow(FloatCode f, int x) {
    Reduced a = reduce(f, x);
    return zeroBelow(f, x, f.number(-104, -746), scale(f, expOfRest(f, a.rest()), a.power()));
  }

  /**
   * 0 where x is below a limit, y elsewhere. A limit for x itself would give 0 too, but as a result that is too small for a
   * float, which takes processors a hundred times as long; and masks of softmax are full of minus infinity.
   */
  private static int zeroBelow(FloatCode f, int x, int limit, int y) {
    return f.select(f.test(ScalarOp.LT, x, limit), f.number(0), y);
  }

  static int exp2(FloatCode f, int x) {
    int clamped = f.atMost(x, f.number(129, 1025));
    int magic = f.magic(2 * f.bias());
    int shifted = f.add(clamped, magic);
    int r = f.sub(clamped, f.sub(shifted, magic));
    int p = f.fma(f.polynomial(r, EXP2), r, f.number(1));
    return zeroBelow(f, x, f.number(-151, -1076), scale(f, p, f.toBits(shifted)));
  }

  static int expm1(FloatCode f, int x) {
    Reduced a = reduce(f, f.atLeast(f.atMost(x, f.number(88.8, 710)), f.number(-18, -38)));
    int half = power(f, a.power(), -1);
    int y = f.fma(expm1OfRest(f, a.rest()), half, f.sub(half, f.number(0.5)));
    return keepTiny(f, x, f.add(y, y), f.number(0x1p-25, 0x1p-54));
  }

  /** x itself where |x| is below a limit, which keeps -0 and subnormal numbers; y elsewhere. */
  static int keepTiny(FloatCode f, int x, int y, int limit) {
    return f.select(f.test(ScalarOp.LT, f.abs(x), limit), x, y);
  }
}
