package dev.adjoint.benchmarks;

/**
 * How long one side of one row is measured.
 *
 * @param warmUps iterations that are not counted
 * @param warmUpMillis how long each lasts
 * @param iterations iterations that are counted
 * @param iterationMillis how long each lasts
 */
record Effort(int warmUps, int warmUpMillis, int iterations, int iterationMillis) {
  private static final int MINIMAL_WARM_UP = 200;

  /** For the whole table in less than ten minutes. Most of the warm-up is the JVM's compiler. */
  static final Effort FULL = new Effort(8, 600, 9, 200);

  /** For the headlines in less than three minutes. */
  static final Effort QUICK = new Effort(4, 300, 5, 150);

  /** For a step of many kernels, each of which waits for the JVM's compiler. */
  Effort manyKernels() {
    return new Effort(4 * warmUps, warmUpMillis, iterations, iterationMillis);
  }

  /** For code that is compiled already, or at once. */
  Effort precompiled() {
    return new Effort(2, MINIMAL_WARM_UP, iterations, iterationMillis);
  }

  /** For work that cannot be repeated in one JVM: one run to fill the caches of the system, then at most five. */
  Effort single() {
    return new Effort(1, 1, Math.min(iterations, 5), 1);
  }

  /** For work whose first run is what counts. */
  Effort first() {
    return new Effort(0, 1, 1, 1);
  }

  /** For work of a quarter of a second or more, which is run once per iteration. */
  Effort longWork(int runsUntilWarm) {
    return new Effort(runsUntilWarm, 1, iterations, 1);
  }
}
