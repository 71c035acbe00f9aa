package dev.adjoint.kernel;

import dev.adjoint.kernel.FloatCode.Coefficients;
import dev.adjoint.kernel.FloatCode.Sum;

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

  // (a + K) exp(a^2) erfc(a) in powers of a / (a + K) - C, with a up to 10.2 or, in F64, 27.3;
  // relative error 2^-27.4 and 2^-52.7.
  private static final Coefficients SCALED_COMPLEMENT =
      Coefficients.f32(
              0x1.5d252cp0,
              -0x1.468fccp1,
              0x1.c58f98p1,
              -0x1.c4a58cp1,
              0x1.20709ep1,
              -0x1.f38bbep-2,
              -0x1.079f9cp-1,
              0x1.7caf82p-2,
              0x1.ce6a2ep-4,
              -0x1.50d6ecp-3)
          .f64(
              0x1.2e099d8b69215p0,
              -0x1.fb9197d51a868p0,
              0x1.3f8014baaba93p1,
              -0x1.1c6cb13426ca3p1,
              0x1.273e7f84e5f6cp0,
              0x1.25923c8ecd216p-8,
              -0x1.c70bfc4b23f63p-2,
              0x1.26d37fdf685b7p-3,
              0x1.755f6533a5a79p-3,
              -0x1.7896d48709debp-4,
              -0x1.9e7ff8c3d01bdp-4,
              0x1.6f3c46ccfd7e3p-5,
              0x1.2089cebe010d1p-4,
              -0x1.7ff5ffde59307p-7,
              -0x1.a5dea0cfc81d6p-5,
              -0x1.6dcc1ad858bafp-7,
              0x1.11817bca96a7bp-5,
              0x1.86eacbdb7b871p-6,
              -0x1.06f18ab04ce5fp-6,
              -0x1.884233bad0968p-6,
              0x1.3e8cf15a45713p-8,
              0x1.8ba1626084e15p-7,
              -0x1.92e77e6050eb0p-10);

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
    int k = f.number(2.96875, 2.75);
    int sum = f.add(a, k);
    int sumLow = f.sub(a, f.sub(sum, k));
    int inverse = f.div(f.number(1), sum);
    int minus = f.neg(inverse);
    int error = f.fma(minus, sumLow, f.fma(minus, sum, f.number(1)));
    int centered = f.fma(a, inverse, f.number(-0.36328125, -0.4375));
    Sum complement = f.longPolynomial(centered, SCALED_COMPLEMENT, 3);
    int tail = f.mul(complement.high(), inverse);
    int low = f.fma(complement.low(), inverse, f.fma(complement.high(), inverse, f.neg(tail)));
    // The share of that error in the product falls from 1 to 0 with the polynomial.
    int share = f.fma(complement.high(), f.number(1 / 2.25, 1 / 2.09), f.number(-0.24 / 0.76));
    low = f.fma(f.mul(tail, error), share, low);
    int y = f.mul(ExpMath.timesExp(f, tail, low, f.neg(a), a), f.number(0x1p-64));
    return f.select(f.test(ScalarOp.LT, x, f.number(0)), f.sub(f.number(2), y), y);
  }
}
