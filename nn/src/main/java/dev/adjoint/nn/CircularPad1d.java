package dev.adjoint.nn;

/**
 * Surrounds the last axis by the elements at its other end: [n, channels, length] or [channels, length]. A negative count cuts
 * elements off.
 */
public final class CircularPad1d extends Padding {
  /**
   * With one count for all sides, or a count for each: before and after.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public CircularPad1d(int... padding) {
    super("circular", 1, padding);
  }
}
