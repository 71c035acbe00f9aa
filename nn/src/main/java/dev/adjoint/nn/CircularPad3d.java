package dev.adjoint.nn;

/**
 * Surrounds the last three axes by the elements at its other end: [n, channels, depth, height, width] or [channels, depth,
 * height, width]. A negative count cuts elements off.
 */
public final class CircularPad3d extends Padding {
  /**
   * With one count for all sides, or a count for each: left, right, top, bottom, front, back.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public CircularPad3d(int... padding) {
    super("circular", 3, padding);
  }
}
