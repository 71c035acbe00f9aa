package dev.adjoint.nn;

/**
 * Surrounds the last axis by its elements mirrored at the first and at the last one, which are not repeated: [n, channels,
 * length] or [channels, length]. A negative count cuts elements off.
 */
public final class ReflectionPad1d extends Padding {
  /**
   * With one count for all sides, or a count for each: before and after.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ReflectionPad1d(int... padding) {
    super("reflect", 1, padding);
  }
}
