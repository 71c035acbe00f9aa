package dev.adjoint.reference;

import java.math.BigDecimal;

/** Functions that {@link Math} lacks, in double precision, by series and continued fractions. */
final class SpecialFunctions {
  private static final double LN_2 = Math.log(2);
  private static final BigDecimal SQRT_8_OVER_PI =
      new BigDecimal("1.5957691216057307117597842397375274738");
  private static final double LARGE = 0x1p40;

  private SpecialFunctions() {}

  /** {@code 2^x}. */
  static double exp2(double x) {
    return Math.pow(2, x);
  }

  /** The logarithm to base 2, exact for powers of two. */
  static double log2(double x) {
    if (!(x > 0) || Double.isInfinite(x)) {
      return Math.log(x);
    }
    int exponent = Math.getExponent(x);
    if (exponent < Double.MIN_EXPONENT) {
      return log2(x * 0x1p60) - 60;
    }
    double mantissa = Math.scalb(x, -exponent);
    if (mantissa > 1.5) {
      return exponent + 1 + Math.log(mantissa / 2) / LN_2;
    }
    return exponent + Math.log(mantissa) / LN_2;
  }

  /** {@code 1 / (1 + exp(-x))}. */
  static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  }

  /** {@code x sigmoid(x)}. */
  static double silu(double x) {
    return timesSigmoid(x, x, 0);
  }

  /** {@code x tanh(log(1 + exp(x)))}. */
  static double mish(double x) {
    if (x > 0) {
      double e = Math.exp(-x);
      return x * ((1 + 2 * e) / (1 + 2 * e * (1 + e)));
    }
    double limited = Math.max(x, -1e4);
    double root = Math.exp(limited / 2);
    double e = root * root;
    return limited * root * ((e + 2) / (e * (e + 2) + 2)) * root;
  }

  /** x times the normal distribution function of x. */
  static double gelu(double x) {
    double a = -x * Math.sqrt(0.5);
    if (!(a > 0.5)) {
      return x > 0 ? x - Math.min(x, 100) / 2 * erfc(-a) : x / 2 * erfc(a);
    }
    double limited = Math.max(x, -100);
    double square = limited * limited / 4;
    double error = Math.fma(limited / 4, limited, -square);
    double root = Math.exp(-square);
    return limited / 2 * root * scaledComplement(Math.min(a, 100)) * (1 - 2 * error) * root;
  }

  /** {@code x sigmoid(v)} with {@code v = sqrt(8 / pi) (x + 0.044715 x^3)}, to which the result is very sensitive. */
  static double geluTanh(double x) {
    if (!(x < 50)) {
      return x;
    }
    var exact = new BigDecimal(Math.max(x, -50));
    BigDecimal v =
        exact
            .multiply(exact)
            .multiply(new BigDecimal("0.044715"))
            .add(BigDecimal.ONE)
            .multiply(exact)
            .multiply(SQRT_8_OVER_PI);
    double high = v.doubleValue();
    return timesSigmoid(x, high, v.subtract(new BigDecimal(high)).doubleValue());
  }

  /** {@code x sigmoid(high + low)}; a root of the exponential is not subnormal where the product is not 0. */
  private static double timesSigmoid(double x, double high, double low) {
    if (x > 0) {
      return x / (1 + Math.exp(-high));
    }
    double root = Math.exp(Math.max(high, -1e4) / 2);
    return Math.max(x, -1e4) * root * (1 + low) / (1 + root * root) * root;
  }

  static double asinh(double x) {
    double a = Math.abs(x);
    double y = a > LARGE ? Math.log(a) + LN_2 : Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1)));
    return Math.copySign(y, x);
  }

  static double acosh(double x) {
    double t = x - 1;
    if (t < 0) {
      return Double.NaN;
    }
    return x > LARGE ? Math.log(x) + LN_2 : Math.log1p(t + Math.sqrt(t * (x + 1)));
  }

  static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(Math.log1p(2 * a / (1 - a)) / 2, x);
  }

  /** The error function: {@code 2 / sqrt(pi)} times the integral of {@code exp(-t^2)} from 0 to x. */
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    return Math.copySign(a < 1 ? erfSeries(a) : 1 - erfcFraction(a), x);
  }

  /** {@code 1 - erf(x)}, without cancellation. */
  static double erfc(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (x < 0.5) {
      return x < -1 ? 2 - erfcFraction(-x) : 1 - Math.copySign(erfSeries(Math.abs(x)), x);
    }
    return erfcFraction(x);
  }

  /** {@code erf(x) = 2 / sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (1 * 3 * ... * (2n+1))}: no term is negative. */
  private static double erfSeries(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > sum * 0x1p-60; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * expOfMinusSquare(x) * sum;
  }

  /** {@code erfc(x) = exp(-x^2) / sqrt(pi) / (x + (1/2) / (x + 1 / (x + (3/2) / (x + ...))))}, from the inside out. */
  private static double erfcFraction(double x) {
    return x > 30 ? 0 : expOfMinusSquare(x) * scaledComplement(x);
  }

  /** {@code exp(x^2) erfc(x)}. */
  private static double scaledComplement(double x) {
    int terms = 40 + (int) (400 / (x * x));
    double fraction = x;
    for (int k = terms; k > 0; k--) {
      fraction = x + k / 2.0 / fraction;
    }
    return 1 / Math.sqrt(Math.PI) / fraction;
  }

  /** {@code exp(-x^2)} with the rounding error of the square undone. */
  private static double expOfMinusSquare(double x) {
    double square = x * x;
    double error = Math.fma(x, x, -square);
    return Math.exp(-square) * (1 - error);
  }
}
