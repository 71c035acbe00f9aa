package dev.adjoint.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** How long something took: nanoseconds per call, one value for each iteration. */
final class Timing {
  private final double[] sorted;

  Timing(double[] nanos) {
    sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  /** All iterations of both. */
  Timing and(Timing other) {
    return new Timing(
        DoubleStream.concat(Arrays.stream(sorted), Arrays.stream(other.sorted)).toArray());
  }

  /** The iteration in the middle, which a short disturbance does not move. */
  double median() {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** All iterations, in ascending order. */
  double[] nanos() {
    return sorted.clone();
  }

  /** A time in the unit that suits it, with three digits. */
  static String text(double nanos) {
    if (nanos < 1e3) {
      return digits(nanos) + " ns";
    }
    if (nanos < 1e6) {
      return digits(nanos / 1e3) + " us";
    }
    return nanos < 1e9 ? digits(nanos / 1e6) + " ms" : digits(nanos / 1e9) + " s";
  }

  /** A positive number with about three digits. */
  static String digits(double value) {
    int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
