package dev.adjoint.benchmarks;

/** Counts training steps. */
final class Steps {
  private int done;

  /** The number of this step, from 0 on. */
  int next() {
    return done++;
  }
}
