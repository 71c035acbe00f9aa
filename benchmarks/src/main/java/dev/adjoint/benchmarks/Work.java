package dev.adjoint.benchmarks;

/** What one row of the table computes, on either side. */
public interface Work {
  /** The name of the enum constant, which is also the value of the JMH parameter {@code work}. */
  String name();

  /** What the table calls it. */
  String title();

  /** The multiplications and additions that cannot be avoided; 0 where moving memory is all the work. */
  default double flops() {
    return 0;
  }

  /** The bytes that must be read; 0 where no limit is known. */
  default long bytesRead() {
    return 0;
  }

  /** The bytes that must be written. */
  default long bytesWritten() {
    return 0;
  }

  /** The recorded nodes of the graph, where dealing with these is the work; else 0. They may have to be counted first. */
  default int nodes() {
    return 0;
  }

  /** Whether a quick run includes it. */
  default boolean quick() {
    return true;
  }
}
