package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Coefficients;

/**
 * Hyperbolic sine, cosine and tangent.
 *
 * <p>With {@code |x| = n ln 2 + r} they follow from functions of r by the theorems of addition, where those of n ln 2 are exact.
 * Where n is 0, nothing but the function of r is left, which is close to correct rounding.
 */
final class HyperbolicMath {
  // (sinh(r) - r) / r^3 in powers of r^2, |r| <= ln(2) / 2; relative error of sinh 2^-34.3 and
  // 2^-61.7.
  private static final Coefficients SINH =
      Coefficients.f32(0x1.555556p-3, 0x1.110fbep-7, 0x1.a2e31cp-13)
          .f64(
              0x1.5555555555559p-3,
              0x1.111111110f62ap-7,
              0x1.a01a01b0206d5p-13,
              0x1.71ddf7aefc537p-19,
              0x1.af5ff6847bc44p-26);

  // (cosh(r) - 1) / r^2 in powers of r^2, |r| <= ln(2) / 2; error of cosh 2^-33.2 and 2^-58.0.
  private static final Coefficients COSH =
      Coefficients.f32(0x1.0p-1, 0x1.5554e6p-5, 0x1.6d4f14p-10)
          .f64(
              0x1.000000000000cp-1,
              0x1.555555554fd67p-5,
              0x1.6c16c1863e1f2p-10,
              0x1.a01994ffaecccp-16,
              0x1.28b1bdd188c22p-22);

  // (tanh(s) - s) / s^3 in powers of s^2, |s| <= 0.274; relative error 2^-27.3 and 2^-62.6.
  private static final Coefficients TANH =
      Coefficients.f32(-0x1.5554eap-2, 0x1.10ccd4p-3, -0x1.a1497cp-5)
          .f64(
              -0x1.5555555555552p-2,
              0x1.11111111105ddp-3,
              -0x1.ba1ba1b87f935p-5,
              0x1.664f479d88c4cp-6,
              -0x1.226deeba8ffbdp-7,
              0x1.d6ba61204e5acp-9,
              -0x1.7af7bc4abe247p-10,
              0x1.0e3d4d8d17dd8p-11);

  private HyperbolicMath() {}

  /**
   * {@code d / (d + 2 (1 - t))} with {@code d = E - 1 + t (E + 1)}, {@code t = tanh(r / 2)} and {@code E = 2^n} of |x|, and the
   * sign of x; 1 beyond 10 or, in F64, 20. To find n, |x| is lessened by 0.1, as d loses digits where n is 1 and r negative.
   */
  static int tanh(FloatCode f, int x) {
    int a = f.atMost(f.abs(x), f.number(10, 20));
    ExpMath.Reduced b = ExpMath.reduceHalf(f, a, 0.1);
    int t = odd(f, b.rest(), TANH);
    int power = f.fromBits(f.toExponent(b.power()));
    int one = f.number(1);
    int dividend = f.fma(t, f.add(power, one), f.sub(power, one));
    int divisor = f.add(dividend, f.fma(t, f.number(-2), f.number(2)));
    return f.signed(f.div(dividend, divisor), f.signBit(x));
  }

  /** {@code sinh(n ln 2) cosh(r) + cosh(n ln 2) sinh(r)} of |x|, and the sign of x. */
  static int sinh(FloatCode f, int x) {
    Sum s = Sum.of(f, x);
    int sinh = f.sub(s.grows(), s.falls());
    int cosh = f.add(s.grows(), s.falls());
    int y = f.add(sinh, f.fma(cosh, s.sinhOfRest(), f.mul(sinh, s.coshOfRestLessOne())));
    return ExpMath.keepTiny(f, x, f.signed(f.add(y, y), f.signBit(x)), f.number(0x1p-12, 0x1p-27));
  }

  /** {@code cosh(n ln 2) cosh(r) + sinh(n ln 2) sinh(r)} of |x|. */
  static int cosh(FloatCode f, int x) {
    Sum s = Sum.of(f, x);
    int sinh = f.sub(s.grows(), s.falls());
    int cosh = f.add(s.grows(), s.falls());
    int rest = f.fma(sinh, s.sinhOfRest(), f.mul(cosh, s.coshOfRestLessOne()));
    int y = f.add(s.grows(), f.add(s.falls(), rest));
    return f.add(y, y);
  }

  /** A quarter of {@code exp(n ln 2)} and of its inverse, and functions of r. */
  private record Sum(int grows, int falls, int sinhOfRest, int coshOfRestLessOne) {
    static Sum of(FloatCode f, int x) {
      ExpMath.Reduced b =
          ExpMath.reduce(f, f.atMost(f.abs(x), f.number(89.5, 710.5)), f.bias() - 2);
      int bits = f.toExponent(b.power());
      // 2^(-n - 2), or 0 where that would be subnormal.
      int opposite = f.onBits(ScalarOp.SUB, f.integer((2L * (f.bias() - 2)) << f.fraction()), bits);
      int falls = f.fromBits(f.onBits(ScalarOp.MAX, opposite, f.integer(0)));
      int r = b.rest();
      int square = f.mul(r, r);
      int coshLessOne = f.mul(square, f.polynomial(square, COSH));
      return new Sum(f.fromBits(bits), falls, odd(f, r, SINH), coshLessOne);
    }
  }

  /** A sum of odd powers that starts with r. */
  private static int odd(FloatCode f, int r, Coefficients coefficients) {
    int square = f.mul(r, r);
    return f.fma(f.mul(r, square), f.polynomial(square, coefficients), r);
  }
}
