package dev.adjoint.nn;

/**
 * Surrounds the last three axes by its elements mirrored at the first and at the last one, which are not repeated: [n, channels,
 * depth, height, width] or [channels, depth, height, width]. A negative count cuts elements off.
 */
public final class ReflectionPad3d extends Padding {
  /**
   * With one count for all sides, or a count for each: left, right, top, bottom, front, back.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ReflectionPad3d(int... padding) {
    super("reflect", 3, padding);
  }
}
