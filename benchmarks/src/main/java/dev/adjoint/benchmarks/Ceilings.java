package dev.adjoint.benchmarks;

import dev.adjoint.benchmarks.Limits.Stream;
import dev.adjoint.benchmarks.Limits.WorkingSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The limits of this machine, each measured when it is first asked for. */
final class Ceilings {
  private final JmhRuns runs;
  private final int threads;
  private final Effort effort;
  private final Map<String, Double> rates = new LinkedHashMap<>();

  /** Limits of a number of threads. */
  Ceilings(JmhRuns runs, int threads, Effort effort) {
    this.runs = runs;
    this.threads = threads;
    this.effort = effort.precompiled();
  }

  /** Measures everything, on one thread and on all. */
  void measureAll() {
    fma(1);
    fma(threads);
    for (Stream stream : Stream.values()) {
      for (WorkingSet set : WorkingSet.values()) {
        stream(stream, set, 1);
        stream(stream, set, threads);
      }
    }
  }

  /**
   * The least time of a work in nanoseconds: that of its arithmetic at the peak or of its memory at the bandwidth of a
   * stream of about its size, whichever is more. 0 if it has no limit.
   */
  double nanos(Work work) {
    double arithmetic = work.flops() == 0 ? 0 : work.flops() / fma(threads);
    long bytes = work.bytesRead() + work.bytesWritten();
    return Math.max(arithmetic, bytes == 0 ? 0 : bytes / stream(like(work), near(bytes), threads));
  }

  /** What has been measured: GFLOP/s and GB/s by description. */
  Map<String, Double> rates() {
    return rates;
  }

  private static Stream like(Work work) {
    if (work.bytesWritten() < work.bytesRead() / 8) {
      return Stream.READ;
    }
    return work.bytesWritten() > work.bytesRead() * 3 / 4 ? Stream.COPY : Stream.TRIAD;
  }

  private static WorkingSet near(long bytes) {
    WorkingSet best = WorkingSet.MIB_1;
    for (WorkingSet set : WorkingSet.values()) {
      if (distance(set, bytes) < distance(best, bytes)) {
        best = set;
      }
    }
    return best;
  }

  private static double distance(WorkingSet set, long bytes) {
    return Math.abs(Math.log((double) set.bytes() / bytes));
  }

  private double fma(int count) {
    return rates.computeIfAbsent(
        "FMA, " + threadsText(count) + ", GFLOP/s",
        key ->
            count
                * Limits.FMA_FLOPS
                / runs.measure(Limits.class, "fma", Map.of(), count, effort).median());
  }

  private double stream(Stream stream, WorkingSet set, int count) {
    String method = stream.name().toLowerCase(Locale.ROOT);
    return rates.computeIfAbsent(
        method + " of " + set + ", " + threadsText(count) + ", GB/s",
        key -> {
          double bytes = (double) count * stream.arrays() * set.bytesEach(stream.arrays(), count);
          return bytes
              / runs.measure(Limits.class, method, Map.of("set", set.name()), count, effort)
                  .median();
        });
  }

  private static String threadsText(int count) {
    return count == 1 ? "1 thread" : count + " threads";
  }
}
