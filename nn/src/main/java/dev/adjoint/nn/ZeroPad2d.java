package dev.adjoint.nn;

/**
 * Surrounds the last two axes by zeros: [n, channels, height, width] or [channels, height, width]. A negative count cuts elements
 * off.
 */
public final class ZeroPad2d extends Padding {
  /**
   * With one count for all sides, or a count for each: left, right, top, bottom.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ZeroPad2d(int... padding) {
    super(2, 0, padding);
  }
}
