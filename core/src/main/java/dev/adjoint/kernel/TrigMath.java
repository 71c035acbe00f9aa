package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Coefficients;
import dev.adjoint.kernel.FloatCode.Constant;
import java.util.function.ToIntFunction;

/**
 * Sine, cosine and tangent.
 *
 * <p>The argument is reduced as {@code |x| = n pi/2 + r}, where pi/2 has three digit groups. For small x, |r| is at
 * most pi/4; the error of 2/pi in one number lets it grow to 0.79 at 2^17 in F32 and 2^46 in F64. Beyond that {@link
 * LargeAngle} reduces it.
 */
final class TrigMath {
  private static final double TWO_OVER_PI = 0x1.45f306dc9c883p-1;
  private static final Constant HALF_PI =
      new Constant(0x1.921fb54442d18p0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110);

  // (sin(r) - r) / r^3 in powers of r^2, |r| <= 0.955; relative error of the sine 2^-31.7 and
  // 2^-62.8.
  private static final Coefficients SIN =
      Coefficients.f32(-0x1.555556p-3, 0x1.11114ap-7, -0x1.a02a0ap-13, 0x1.6fdc8ep-19)
          .f64(
              -0x1.5555555555555p-3,
              0x1.111111111108dp-7,
              -0x1.a01a01a008b4bp-13,
              0x1.71de3a4438fc3p-19,
              -0x1.ae64443544081p-26,
              0x1.6119b3ae53c0cp-33,
              -0x1.a80ad1306a8cbp-41);

  // (cos(r) - 1 + r^2 / 2) / r^4 in powers of r^2, |r| <= 0.955; relative error of the cosine
  // 2^-30.0 and 2^-59.3.
  private static final Coefficients COS =
      Coefficients.f32(0x1.55553p-5, -0x1.6bff62p-10, 0x1.96ec1p-16)
          .f64(
              0x1.55555555554e1p-5,
              -0x1.6c16c16c09b72p-10,
              0x1.a01a018e8abb1p-16,
              -0x1.27e4efce07edap-22,
              0x1.1ee55c341e5d7p-29,
              -0x1.8dbbc86e088a8p-37);

  // (tan(r) - r) / r^3 in powers of r^2, |r| <= 0.81; relative error of the tangent 2^-28.7 and
  // 2^-62.1.
  private static final Coefficients TAN =
      Coefficients.f32(
              0x1.555568p-2,
              0x1.110b7cp-3,
              0x1.bb39f4p-5,
              0x1.58e3d2p-6,
              0x1.76b8e8p-7,
              -0x1.5e5d12p-11,
              0x1.372ecap-8)
          .f64(
              0x1.5555555555553p-2,
              0x1.11111111113f5p-3,
              0x1.ba1ba1b9eec12p-5,
              0x1.664f488dcc1dbp-6,
              0x1.226e33bfac0c5p-7,
              0x1.d6d420473f9fap-9,
              0x1.7d9e267c40870p-10,
              0x1.35976ff94cb73p-11,
              0x1.f1211951d108ep-13,
              0x1.b2e63851ed5c9p-14,
              0x1.8113ec6b4f7b6p-16,
              0x1.77dab2d0a844ep-15,
              -0x1.fba5e82a7d1b5p-16,
              0x1.23123a17aea3ap-15,
              -0x1.1688728f84944p-16,
              0x1.67385fd717fbbp-18);

  private TrigMath() {}

  /**
   * |x| reduced.
   *
   * @param quadrant an integer whose low two bits are those of n
   * @param odd whether n is odd
   * @param sin the sine of the rest
   * @param cos the cosine of the rest
   */
  private record Reduced(int quadrant, int odd, int sin, int cos) {
    static Reduced of(FloatCode f, int quadrant, int r) {
      int z = f.mul(r, r);
      int sin = f.fma(f.mul(r, z), f.polynomial(z, SIN), r);
      int cos = f.fma(f.fma(f.polynomial(z, COS), z, f.number(-0.5)), z, f.number(1));
      int odd = f.test(ScalarOp.NE, f.onBits(ScalarOp.AND, quadrant, f.integer(1)), f.integer(0));
      return new Reduced(quadrant, odd, sin, cos);
    }
  }

  /** Whether |x| is not so large that it is rare; all that only large ones need is one operand of a choice. */
  private static int isSmall(FloatCode f, int a) {
    return f.test(ScalarOp.LE, a, f.number(0x1p17, 0x1p46));
  }

  private static Reduced reduceSmall(FloatCode f, int a) {
    int magic = f.magic(0);
    int shifted = f.fma(a, f.number(TWO_OVER_PI), magic);
    int n = f.sub(shifted, magic);
    int r = f.fma(n, f.minus(HALF_PI, 0), a);
    r = f.fma(n, f.minus(HALF_PI, 1), r);
    r = f.fma(n, f.minus(HALF_PI, 2), r);
    return Reduced.of(f, f.toBits(shifted), r);
  }

  /** A function of the angle |x|. */
  private static int ofReduced(FloatCode f, int x, ToIntFunction<Reduced> function) {
    int a = f.abs(x);
    int ofSmall = function.applyAsInt(reduceSmall(f, a));
    LargeAngle.Reduced large = LargeAngle.reduce(f, a, HALF_PI);
    int r = f.fma(large.turns(), f.part(HALF_PI, 0), large.small());
    int ofLarge = function.applyAsInt(Reduced.of(f, large.quadrant(), r));
    return f.selectLikely(isSmall(f, a), ofSmall, ofLarge);
  }

  static int sin(FloatCode f, int x) {
    int sign = f.signBit(x);
    return ofReduced(
        f,
        x,
        r ->
            f.flip(
                f.select(r.odd(), r.cos(), r.sin()),
                f.onBits(ScalarOp.XOR, f.bitOneAsSign(r.quadrant()), sign)));
  }

  static int cos(FloatCode f, int x) {
    return ofReduced(
        f,
        x,
        r -> {
          int sign = f.bitOneAsSign(f.onBits(ScalarOp.ADD, r.quadrant(), f.integer(1)));
          return f.flip(f.select(r.odd(), r.sin(), r.cos()), sign);
        });
  }

  /** The rest is the sum of two numbers here, as the tangent is more sensitive to it than sine and cosine. */
  static int tan(FloatCode f, int x) {
    int a = f.abs(x);
    int magic = f.magic(0);
    int shifted = f.fma(a, f.number(TWO_OVER_PI), magic);
    int n = f.sub(shifted, magic);
    int first = f.fma(n, f.minus(HALF_PI, 0), a);
    int product = f.mul(n, f.part(HALF_PI, 1));
    int r = f.sub(first, product);
    int low = f.fma(n, f.minus(HALF_PI, 1), product);
    low = f.add(f.sub(f.sub(first, r), product), f.fma(n, f.minus(HALF_PI, 2), low));
    int ofSmall = tanOfRest(f, f.toBits(shifted), r, low);

    LargeAngle.Reduced large = LargeAngle.reduce(f, a, HALF_PI);
    int halfPi = f.part(HALF_PI, 0);
    r = f.fma(large.turns(), halfPi, large.small());
    low = f.add(f.fma(large.turns(), halfPi, f.neg(r)), large.small());
    int ofLarge = tanOfRest(f, large.quadrant(), r, low);
    return f.flip(f.selectLikely(isSmall(f, a), ofSmall, ofLarge), f.signBit(x));
  }

  /** {@code tan(n pi/2 + r)} of the sum of a number r and a much smaller one, which counts about {@code 1 + 1.5 r^2} times. */
  private static int tanOfRest(FloatCode f, int quadrant, int r, int low) {
    int z = f.mul(r, r);
    int more = f.fma(f.mul(r, z), f.polynomial(z, TAN), f.fma(low, f.mul(z, f.number(1.5)), low));
    int tan = f.add(r, more);
    int error = f.sub(more, f.sub(tan, r));
    int odd = f.test(ScalarOp.NE, f.onBits(ScalarOp.AND, quadrant, f.integer(1)), f.integer(0));
    int inverse = f.div(f.number(-1), tan);
    return f.select(odd, f.fma(f.mul(inverse, error), inverse, inverse), tan);
  }
}
