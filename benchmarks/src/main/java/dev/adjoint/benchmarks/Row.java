package dev.adjoint.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table.
 *
 * @param suite the class of the benchmark
 * @param work what was computed
 * @param device where Adjoint computed it
 * @param adjoint the time of Adjoint
 * @param libtorch the time of libtorch, or null where it does not run
 * @param limitNanos the least time that this machine allows; 0 if no limit is known
 */
record Row(
    String suite,
    Work work,
    String device,
    Timing adjoint,
    @Nullable Timing libtorch,
    double limitNanos) {
  /** How many times faster Adjoint is than libtorch, or NaN. */
  double ratio() {
    return libtorch == null ? Double.NaN : libtorch.median() / adjoint.median();
  }

  /** Which part of the limit Adjoint reaches, or NaN. */
  double fraction() {
    return limitNanos == 0 ? Double.NaN : limitNanos / adjoint.median();
  }

  /** Adjoint's time for a node, or rate of arithmetic or of memory traffic, whichever the work is about; empty if unknown. */
  String rate() {
    int nodes = work.nodes();
    if (nodes > 0) {
      return Timing.digits(adjoint.median() / 1e3 / nodes) + " us/node";
    }
    if (limitNanos == 0) {
      return "";
    }
    double nanos = adjoint.median();
    return work.flops() > 0
        ? Timing.digits(work.flops() / nanos) + " GFLOP/s"
        : Timing.digits((work.bytesRead() + work.bytesWritten()) / nanos) + " GB/s";
  }
}
