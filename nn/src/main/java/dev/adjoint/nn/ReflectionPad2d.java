package dev.adjoint.nn;

/**
 * Surrounds the last two axes by its elements mirrored at the first and at the last one, which are not repeated: [n, channels,
 * height, width] or [channels, height, width]. A negative count cuts elements off.
 */
public final class ReflectionPad2d extends Padding {
  /**
   * With one count for all sides, or a count for each: left, right, top, bottom.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ReflectionPad2d(int... padding) {
    super("reflect", 2, padding);
  }
}
