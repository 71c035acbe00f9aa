package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Coefficients;

/** The error function and its complement. */
final class ErfMath {
  // erf(x) / x - 1 in powers of x^2, |x| <= 0.9375; relative error of erf 2^-25.6 and 2^-56.0.
  private static final Coefficients SERIES =
      Coefficients.f32(
              0x1.06eba6p-3,
              -0x1.8126dcp-2,
              0x1.ce1856p-4,
              -0x1.b6698ep-6,
              0x1.466a6ap-8,
              -0x1.36a936p-11)
          .f64(
              0x1.06eba8214db68p-3,
              -0x1.812746b0379dcp-2,
              0x1.ce2f21a04230ep-4,
              -0x1.b82ce3125a476p-6,
              0x1.565bcd0682a8p-8,
              -0x1.c02db2689b704p-11,
              0x1.f9a2f2c505f1dp-14,
              -0x1.f4cdf1855040cp-17,
              0x1.b9a6a6aa3de3p-20,
              -0x1.5d080d4825da7p-23,
              0x1.de9b8a504c4e2p-27,
              -0x1.c3e420f8fca6ap-31);

  // -log(erfc(a)) in powers of a - 2 from 0.93 to 3.93, in F64 of a - 2.5 from 0.93 to 5.93;
  // relative error of erf
  // 2^-28.4 and 2^-55.2.
  private static final Coefficients LOG_OF_COMPLEMENT =
      Coefficients.f32(
              0x1.575b32p2,
              0x1.1ac328p2,
              0x1.d8f716p-1,
              0x1.0e174cp-6,
              -0x1.d519dep-9,
              0x1.5d7124p-11,
              -0x1.ab748cp-13)
          .f64(
              0x1.f3a2dc8691b91p2,
              0x1.56925248da93ep2,
              0x1.e3460a18c5622p-1,
              0x1.63cc1da79892fp-7,
              -0x1.1bd558ec7b335p-9,
              0x1.b9613962c65b9p-12,
              -0x1.4317324636feap-14,
              0x1.ac03d2ea4c214p-17,
              -0x1.dadba44351c8ap-20,
              0x1.4ef018f504e5p-23,
              0x1.b143406d42e9dp-27,
              -0x1.778ac8df17547p-27,
              0x1.e2d4323393ecfp-29,
              -0x1.cf68d9e3c0428p-31,
              0x1.63765a2ef2b59p-33,
              -0x1.91dd908168e21p-36,
              0x1.e2eb1dcdfb3adp-40,
              0x1.5463cb2534f01p-42,
              -0x1.32c72628f3b2cp-42,
              0x1.cc607f711d8b4p-44,
              -0x1.50b2b9222aa78p-46,
              0x1.7d4adaff363fap-50);

  // (1 + 2 a) exp(a^2) erfc(a) in powers of (a - K) / (a + K), K = 2 or, in F64, 4; relative error
  // 2^-25.3 and 2^-54.3.
  private static final Coefficients SCALED_COMPLEMENT =
      Coefficients.f32(
              0x1.46e80ep0,
              -0x1.7bf63ep-4,
              -0x1.54079p-3,
              0x1.4ffd64p-3,
              -0x1.bc259p-5,
              -0x1.087cdap-7,
              0x1.1c159cp-7,
              0x1.604c6ap-10,
              -0x1.4bc21ep-10,
              -0x1.c380a4p-12)
          .f64(
              0x1.3ba5916e9fd7fp0,
              -0x1.1df1ad154a2a8p-3,
              0x1.f7f5df66fb9c3p-7,
              0x1.16ecefcfa6907p-4,
              -0x1.9ddb23c3dc245p-4,
              0x1.7fee004de939ep-4,
              -0x1.0fb06dff62f0bp-4,
              0x1.3079edfad733ap-5,
              -0x1.0962385345b4bp-6,
              0x1.49c67194a539ep-8,
              -0x1.8d4ac3415b4ebp-11,
              -0x1.a1deb4096bd5ap-13,
              0x1.3be2ea037c283p-13,
              -0x1.995f9ffc4fc0cp-16,
              -0x1.78f5755f7abfep-17,
              0x1.7f2962e54178ep-18,
              0x1.50f48caf4e1f4p-22,
              -0x1.b877c5770935ap-21,
              0x1.d98430e170b68p-25,
              0x1.b46227313e57ap-24,
              -0x1.124074225cd8fp-27,
              -0x1.1f89f70533f26p-27);

  private ErfMath() {}

  /** A series up to 0.9375, and {@code 1 - exp(-q(|x|))} with a polynomial q above. */
  static int erf(FloatCode f, int x) {
    int series = series(f, x);
    int a = f.abs(x);
    int centered = f.sub(f.atMost(a, f.number(3.93, 5.93)), f.number(2, 2.5));
    ExpMath.Reduced q = ExpMath.reduce(f, f.neg(f.polynomial(centered, LOG_OF_COMPLEMENT)));
    int power = ExpMath.power(f, q.power(), 0);
    int rest = f.fma(f.neg(ExpMath.expOfRest(f, q.rest())), power, f.number(1));
    return f.select(f.test(ScalarOp.LT, a, f.number(0.9375)), series, f.signed(rest, f.signBit(x)));
  }

  /** The error function for |x| up to 0.9375. */
  static int series(FloatCode f, int x) {
    return f.fma(x, f.polynomial(f.mul(x, x), SERIES), x);
  }

  /**
   * {@code exp(-a^2)} times a polynomial, for {@code a = |x|}; 2 less that for negative x; {@code 1 - erf(x)} near 0.
   */
  static int erfc(FloatCode f, int x) {
    int a = f.atMost(f.abs(x), f.number(10.2, 27.3));
    int p = scaledComplement(f, a, 1);
    int square = f.mul(a, a);
    int roundedOff = f.fma(a, a, f.neg(square));
    ExpMath.Reduced e = ExpMath.reduce(f, f.neg(square));
    int product = f.mul(p, ExpMath.expOfRest(f, e.rest()));
    int y = ExpMath.scale(f, f.fma(f.neg(roundedOff), product, product), e.power());
    int large = f.select(f.test(ScalarOp.LT, x, f.number(0)), f.sub(f.number(2), y), y);
    return f.select(
        f.test(ScalarOp.LT, a, f.number(0.4375)), f.sub(f.number(1), series(f, x)), large);
  }

  /** {@code exp(a^2) erfc(a)} of {@code a = scale x} from 0 to 10.2 or, in F64, 27.4; that product is never rounded. */
  static int scaledComplement(FloatCode f, int x, double scale) {
    int center = f.number(2 / scale, 4 / scale);
    int t = f.div(f.sub(x, center), f.add(x, center));
    return f.div(f.polynomial(t, SCALED_COMPLEMENT), f.fma(x, f.number(2 * scale), f.number(1)));
  }
}
