package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Coefficients;
import dev.adjoint.kernel.FloatCode.Constant;

/**
 * Inverse sine, cosine and tangent.
 *
 * <p>{@code asin(x)} is a series up to 1/2, and {@code pi/2 - 2 asin(sqrt((1 - x) / 2))} above. {@code atan(x)} is a
 * series up to tan(pi/8); above, the angles pi/4 or pi/2 are split off.
 */
final class ArcMath {
  private static final Constant PI =
      new Constant(0x1.921fb54442d18p1, 0x1.1a62633145c07p-53, -0x1.f1976b7ed8fbcp-109);
  private static final Constant HALF_PI =
      new Constant(0x1.921fb54442d18p0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110);
  private static final Constant QUARTER_PI =
      new Constant(0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55, -0x1.f1976b7ed8fbcp-111);
  private static final double TAN_EIGHTH_PI = 0x1.a827999fcef32p-2;
  private static final double TAN_THREE_EIGHTHS_PI = 0x1.3504f333f9de6p1;

  // (asin(s) - s) / s^3 in powers of s^2, |s| <= 1 / 2; relative error 2^-27.6 and 2^-55.9.
  private static final Coefficients ASIN =
      Coefficients.f32(0x1.5555c8p-3, 0x1.3301fcp-4, 0x1.747d06p-5, 0x1.8c2d84p-6, 0x1.596d74p-5)
          .f64(
              0x1.555555555538ep-3,
              0x1.333333336ec0ep-4,
              0x1.6db6db424de04p-5,
              0x1.f1c72c4833fa7p-6,
              0x1.6e89f2c02c01ep-6,
              0x1.1c6bf9409d7ddp-6,
              0x1.c6fbddf4031dp-7,
              0x1.8ecfccddacd89p-7,
              0x1.ab5d491586f0ep-8,
              0x1.4044c688e912cp-6,
              -0x1.0a53ea1d21c7bp-6,
              0x1.059a89db95547p-5);

  // (atan(t) - t) / t^3 in powers of t^2, |t| <= tan(pi / 8); relative error 2^-30.4 and 2^-59.4.
  private static final Coefficients ATAN =
      Coefficients.f32(-0x1.55554ap-2, 0x1.9991e2p-3, -0x1.23b9a2p-3, 0x1.b22456p-4, -0x1.f2e588p-5)
          .f64(
              -0x1.555555555553dp-2,
              0x1.9999999995864p-3,
              -0x1.24924922ad113p-3,
              0x1.c71c70e5e3fa5p-4,
              -0x1.745cf8d669a3dp-4,
              0x1.3b1118a1d1feap-4,
              -0x1.10ebb247ee8bcp-4,
              0x1.df0eed2b588e8p-5,
              -0x1.9cd0fa94d3f5p-5,
              0x1.37d0efdbfd159p-5,
              -0x1.255f919fc5138p-6);

  private ArcMath() {}

  private static int series(FloatCode f, int t, int square, Coefficients coefficients) {
    return f.fma(f.mul(t, square), f.polynomial(square, coefficients), t);
  }

  /**
   * |x|, or {@code sqrt((1 - |x|) / 2)} where |x| is above 1/2.
   *
   * @param large whether |x| is above 1/2
   * @param s the number
   * @param square its square
   */
  private record Halved(int large, int s, int square) {
    static Halved of(FloatCode f, int x) {
      int a = f.abs(x);
      int half = f.number(0.5);
      int large = f.test(ScalarOp.GT, a, half);
      int square = f.select(large, f.fma(a, f.number(-0.5), half), f.mul(a, a));
      return new Halved(large, f.select(large, f.sqrt(square), a), square);
    }
  }

  /** Above 1/2, {@code pi/2 - 2 s} is the sum of two numbers, and only small ones are rounded before they are added to it. */
  static int asin(FloatCode f, int x) {
    Halved h = Halved.of(f, x);
    int series = f.mul(f.mul(h.s(), h.square()), f.polynomial(h.square(), ASIN));
    int angle = f.fma(h.s(), f.number(-2), f.part(HALF_PI, 0));
    int low = f.fma(h.s(), f.number(-2), f.sub(f.part(HALF_PI, 0), angle));
    int rest = f.fma(series, f.number(-2), f.add(low, f.part(HALF_PI, 1)));
    int y = f.add(f.select(h.large(), angle, h.s()), f.select(h.large(), rest, series));
    return f.signed(y, f.signBit(x));
  }

  static int acos(FloatCode f, int x) {
    Halved h = Halved.of(f, x);
    int angle = series(f, h.s(), h.square(), ASIN);
    int twice = f.add(angle, angle);
    int belowMinusHalf = f.sub(f.part(PI, 0), f.sub(twice, f.part(PI, 1)));
    int outer = f.select(f.test(ScalarOp.LT, x, f.number(0)), belowMinusHalf, twice);
    int signed = f.signed(angle, f.signBit(x));
    int inner = f.sub(f.part(HALF_PI, 0), f.sub(signed, f.part(HALF_PI, 1)));
    return f.select(h.large(), outer, inner);
  }

  static int atan(FloatCode f, int x) {
    int a = f.abs(x);
    int one = f.number(1);
    int zero = f.number(0);
    int middle = f.test(ScalarOp.GT, a, f.number(TAN_EIGHTH_PI));
    int steep = f.test(ScalarOp.GT, a, f.number(TAN_THREE_EIGHTHS_PI));
    int above = f.select(steep, f.number(-1), f.select(middle, f.sub(a, one), a));
    int below = f.select(steep, a, f.select(middle, f.add(a, one), one));
    int eighths = f.select(steep, f.number(2), f.select(middle, one, zero));
    int t = f.div(above, below);
    return f.signed(angle(f, eighths, t), f.signBit(x));
  }

  /** {@code k pi/4 + atan(t)}: {@code k pi/4 + t} comes first, as it is exact where its rounding would count. */
  private static int angle(FloatCode f, int k, int t) {
    int square = f.mul(t, t);
    int low = f.mul(k, f.part(QUARTER_PI, 1));
    int rest = f.fma(f.mul(t, square), f.polynomial(square, ATAN), low);
    return f.add(f.fma(k, f.part(QUARTER_PI, 0), t), rest);
  }

  /** The angle of the point (x, y), from -pi to pi; signed zeros and infinities as in IEEE 754. */
  static int atan2(FloatCode f, int y, int x) {
    int ay = f.abs(y);
    int ax = f.abs(x);
    int one = f.number(1);
    int zero = f.number(0);
    int large = f.test(ScalarOp.GT, f.max(ax, ay), f.number(0x1p126, 0x1p1022));
    int shrink = f.select(large, f.number(0.25), one);
    int least = f.mul(f.min(ax, ay), shrink);
    int most = f.mul(f.max(ax, ay), shrink);
    int bothInfinite = f.test(ScalarOp.EQ, least, f.infinity());
    least = f.select(bothInfinite, one, least);
    most = f.select(bothInfinite, one, most);
    most = f.select(f.test(ScalarOp.EQ, most, zero), one, most);
    int middle = f.test(ScalarOp.GT, least, f.mul(most, f.number(TAN_EIGHTH_PI)));
    int t =
        f.div(
            f.select(middle, f.sub(least, most), least),
            f.select(middle, f.add(least, most), most));
    int k = f.select(middle, one, zero);
    int steep = f.test(ScalarOp.GT, ay, ax);
    k = f.select(steep, f.sub(f.number(2), k), k);
    t = f.select(steep, f.neg(t), t);
    int left = f.test(ScalarOp.NE, f.signBit(x), f.integer(0));
    k = f.select(left, f.sub(f.number(4), k), k);
    t = f.select(left, f.neg(t), t);
    return f.signed(angle(f, k, t), f.signBit(y));
  }
}
