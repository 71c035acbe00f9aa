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

  // (a + K) exp(a^2 / 2) erfc(a / sqrt(2)) in powers of a / (a + K) - C, with a up to 14.5 or, in
  // F64, 38.7; relative error 2^-26.2 and 2^-53.9. K is 4 in F64 and 3.5 in F32, where sums above 4
  // would add to the rounding errors.
  private static final Coefficients SCALED_COMPLEMENT =
      Coefficients.f32(
              0x1.b983b4p0,
              -0x1.649bbep1,
              0x1.891b2p1,
              -0x1.02ef36p1,
              0x1.40ddbp-2,
              0x1.394dd4p-1,
              -0x1.1ca4f6p-2,
              -0x1.02ebbp-2,
              0x1.ed0c5cp-4,
              0x1.d0448p-4)
          .f64(
              0x1.ace71446617ap0,
              -0x1.6d84e693451efp1,
              0x1.d9fce4cefc8dbp1,
              -0x1.bdf30d40e3322p1,
              0x1.06e72f523d6b8p1,
              -0x1.2177b3f9825f8p-2,
              -0x1.3b4b0f6fd9fap-1,
              0x1.67529c1e6898fp-2,
              0x1.8f7930ed9c808p-3,
              -0x1.a2feaa2716b97p-3,
              -0x1.856ff8b6c0b3cp-4,
              0x1.cf10569977144p-4,
              0x1.2338c11a3af51p-4,
              -0x1.d6d5acf1a57c1p-5,
              -0x1.fdcb031f4a60bp-5,
              0x1.39bd5b650060ap-6,
              0x1.ac6eca8f4b515p-5,
              0x1.e023febed37ddp-8,
              -0x1.3a38fd4c976adp-5,
              -0x1.34bebeda98f3bp-6,
              0x1.7f2c59850753fp-6,
              0x1.94ed97dfac124p-7,
              -0x1.4666afb307874p-7);

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
  private static int series(FloatCode f, int x) {
    return f.fma(x, f.polynomial(f.mul(x, x), SERIES), x);
  }

  /** {@code exp(-a^2)} times a polynomial, for {@code a = |x|}; 2 less that for negative x. */
  static int erfc(FloatCode f, int x) {
    int a = f.atMost(f.abs(x), f.number(10.2, 27.3));
    int root = f.number(Math.sqrt(2));
    int sum = f.fma(a, root, f.number(3.5, 4));
    int tail = f.div(scaledComplement(f, f.div(f.mul(a, root), sum)), sum);
    int y = f.mul(ExpMath.timesExp(f, tail, f.neg(a), a), f.number(0x1p-64));
    return f.select(f.test(ScalarOp.LT, x, f.number(0)), f.sub(f.number(2), y), y);
  }

  /**
   * {@code (a + K) exp(a^2 / 2) erfc(a / sqrt(2))}.
   *
   * @param ratio {@code a / (a + K)}
   */
  static int scaledComplement(FloatCode f, int ratio) {
    return f.polynomial(f.sub(ratio, f.number(0.40625, 0.4375)), SCALED_COMPLEMENT);
  }
}
