package dev.adjoint.reference;

/** The logarithm of the gamma function and its derivative, in double precision. */
final class GammaFunctions {
  private static final int TERMS = 60;
  private static final double EULER = 0.57721566490153286;
  private static final double[] STIRLING = {
    1 / 12.0, -1 / 360.0, 1 / 1260.0, -1 / 1680.0, 1 / 1188.0, -691 / 360360.0, 1 / 156.0
  };
  private static final double[] SLOPE = {
    1 / 12.0, -1 / 120.0, 1 / 252.0, -1 / 240.0, 1 / 132.0, -691 / 32760.0, 1 / 12.0
  };

  /** Zeta of 2 to TERMS. */
  private static final double[] ZETA = new double[TERMS + 1];

  static {
    for (int k = 2; k <= TERMS; k++) {
      ZETA[k] = zeta(k);
    }
  }

  /** Of a smaller number x, gamma is {@code 1 / x}. */
  private static final double TINY = 0x1p-100;

  private GammaFunctions() {}

  /** {@code log|gamma(x)|}: a series around 1, moved by a product; the series of Stirling for large x. */
  static double lgamma(double x) {
    if (Double.isNaN(x) || Double.isInfinite(x)) {
      return Math.abs(x);
    }
    if (Math.abs(x) < TINY) {
      return -Math.log(Math.abs(x));
    }
    double whole = Math.rint(x);
    if (x <= 0 && x == whole) {
      return Double.POSITIVE_INFINITY;
    }
    if (x > 20) {
      return stirling(x);
    } else if (x < -20) {
      double sine = Math.abs(Math.sin(Math.PI * (x - whole)));
      return Math.log(Math.PI / sine) - Math.log(-x) - stirling(-x);
    }
    double product = 1;
    for (double t = x - 1; t > x - whole; t--) {
      product *= t;
    }
    for (double t = x; t <= x - whole; t++) {
      product /= t;
    }
    double nearOne = Math.abs(product) - 1;
    double log =
        whole == 2
            ? Math.log1p(x - 2)
            : Math.abs(nearOne) < 0.1 ? Math.log1p(nearOne) : Math.log(Math.abs(product));
    return log + logNearOne(x - whole);
  }

  private static double stirling(double z) {
    double y = (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2;
    return z > 1e300 ? (Math.log(z) - 1) * z : y + series(STIRLING, z) / z;
  }

  private static double series(double[] coefficients, double z) {
    double sum = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      sum = sum / z / z + coefficients[i];
    }
    return sum;
  }

  /** {@code log gamma(1 + d) = -euler d + zeta(2) d^2 / 2 - zeta(3) d^3 / 3 ...} for d from -1/2 to 1/2. */
  private static double logNearOne(double d) {
    double sum = 0;
    for (int k = TERMS; k >= 2; k--) {
      sum = ZETA[k] / k - d * sum;
    }
    return d * (d * sum - EULER);
  }

  /** The sum of all {@code n^-k}. */
  private static double zeta(int k) {
    double last = 60;
    double sum = Math.pow(last, 1 - k) / (k - 1) + Math.pow(last, -k) / 2;
    double term = k / 12.0 * Math.pow(last, -k - 1.0);
    sum += term - term * (k + 1) * (k + 2) / 60 / last / last;
    sum += term * (k + 1) * (k + 2) * (k + 3) * (k + 4) / 2520 / Math.pow(last, 4);
    for (int n = (int) last - 1; n > 0; n--) {
      sum += Math.pow(n, -k);
    }
    return sum;
  }

  /** The derivative of {@link #lgamma}, from large x down by its recurrence; NaN at negative whole numbers. */
  static double digamma(double x) {
    if (Math.abs(x) < TINY) {
      return -1 / x;
    }
    if (x < 0) {
      double beyond = x - Math.rint(x);
      return beyond == 0 || Double.isNaN(beyond)
          ? Double.NaN
          : digamma(-x) - 1 / x - Math.PI / Math.tan(Math.PI * beyond);
    }
    int steps = (int) Math.ceil(Math.max(0, 20 - x));
    double z = x + steps;
    double sum = 0;
    for (int i = steps - 1; i >= 0; i--) {
      sum += 1 / (x + i);
    }
    return Math.log(z) - 0.5 / z - series(SLOPE, z) / z / z - sum;
  }
}
