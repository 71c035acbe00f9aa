package dev.adjoint.nn;

/**
 * Surrounds the last three axes by zeros: [n, channels, depth, height, width] or [channels, depth, height, width]. A negative
 * count cuts elements off.
 */
public final class ZeroPad3d extends Padding {
  /**
   * With one count for all sides, or a count for each: left, right, top, bottom, front, back.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ZeroPad3d(int... padding) {
    super(3, 0, padding);
  }
}
