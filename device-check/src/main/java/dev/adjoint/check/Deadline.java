package dev.adjoint.check;

/**
 * The moment until which something may take.
 *
 * @param nanos what {@link System#nanoTime} is then
 */
record Deadline(long nanos) {
  private static final double NANO = 1e-9;

  /** So many seconds from now. */
  static Deadline in(double seconds) {
    return new Deadline(System.nanoTime() + Math.round(seconds / NANO));
  }

  /** The seconds until then, below 0 if it has passed. */
  double left() {
    return (nanos - System.nanoTime()) * NANO;
  }

  /** Whether it has passed. */
  boolean isOver() {
    return left() <= 0;
  }

  /** So many seconds from now, or this if it is earlier. */
  Deadline atMost(double seconds) {
    return in(Math.min(seconds, left()));
  }
}
