package dev.adjoint.cpu.plain;

/** The generated loops of a scan, which fold values of one type. Values are passed by their bits, in the low part of a long. */
abstract class ScanCode {
  /** The fold of two values. */
  abstract long fold(long a, long b);

  /** The fold of {@code n} (at least 1) elements in sequence, from an address on. */
  abstract long total(long from, long step, int n);

  /**
   * Scans elements in sequence, and stores each result folded with a value before it.
   *
   * @param n the number of elements, at least 1
   * @param alone 1 if there is nothing before them, else 0
   * @return the fold of the elements alone
   */
  abstract long scan(long from, long fromStep, long to, long toStep, int n, int alone, long before);
}
