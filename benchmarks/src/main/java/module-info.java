/** Measures the engine; run with {@code bin/adjoint bench}. */
module dev.adjoint.benchmarks {
  requires dev.adjoint.nn;
  requires jmh.core;
  requires static org.jspecify;
}
