package dev.adjoint.cpu.plain;

/** What combines rows with others in the order of the calls, the last ones when it is closed. */
interface RowPairs extends AutoCloseable {
  /** Combines the row at an address with that at another. */
  void combine(long target, long source);

  @Override
  void close();
}
