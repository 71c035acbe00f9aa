package dev.adjoint.nn;

/**
 * Surrounds the last axis by zeros: [n, channels, length] or [channels, length]. A negative count cuts elements off.
 */
public final class ZeroPad1d extends Padding {
  /**
   * With one count for all sides, or a count for each: before and after.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ZeroPad1d(int... padding) {
    super(1, 0, padding);
  }
}
