package dev.adjoint.nn;

/**
 * Surrounds the last two axes by the elements at its other end: [n, channels, height, width] or [channels, height, width]. A
 * negative count cuts elements off.
 */
public final class CircularPad2d extends Padding {
  /**
   * With one count for all sides, or a count for each: left, right, top, bottom.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public CircularPad2d(int... padding) {
    super("circular", 2, padding);
  }
}
