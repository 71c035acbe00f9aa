package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Coefficients;
import dev.adjoint.kernel.FloatCode.Constant;
import java.util.function.ToIntFunction;

/**
 * Sine, cosine and tangent.
 *
 * <p>The argument is reduced as {@code |x| = n pi/2 + r}, where pi/2 has three digit groups. For small x, |r| is at
 * most pi/4; the error of 2/pi in one number lets it grow to 0.95 at 2^22 in F32 and 2^51 in F64. Beyond that {@link
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

  private static Reduced reduceSmall(FloatCode f, int a) {
    int magic = f.magic(0);
    int shifted = f.fma(a, f.number(TWO_OVER_PI), magic);
    int n = f.sub(shifted, magic);
    int r = f.fma(n, f.minus(HALF_PI, 0), a);
    r = f.fma(n, f.minus(HALF_PI, 1), r);
    r = f.fma(n, f.minus(HALF_PI, 2), r);
    return Reduced.of(f, f.toBits(shifted), r);
  }

  /** A function of the angle |x|. Large ones are rare, so all that only they need is one operand of a choice. */
  private static int ofReduced(FloatCode f, int x, ToIntFunction<Reduced> function) {
    int a = f.abs(x);
    int small = f.test(ScalarOp.LE, a, f.number(0x1p22, 0x1p51));
    int ofSmall = function.applyAsInt(reduceSmall(f, a));
    LargeAngle.Reduced large = LargeAngle.reduce(f, a, HALF_PI);
    return f.selectLikely(
        small, ofSmall, function.applyAsInt(Reduced.of(f, large.quadrant(), large.rest())));
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

  static int tan(FloatCode f, int x) {
    int sign = f.signBit(x);
    return ofReduced(
        f,
        x,
        r -> {
          int quotient =
              f.div(f.select(r.odd(), r.cos(), r.sin()), f.select(r.odd(), r.sin(), r.cos()));
          return f.flip(f.select(r.odd(), f.neg(quotient), quotient), sign);
        });
  }
}
