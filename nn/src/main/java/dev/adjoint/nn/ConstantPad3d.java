package dev.adjoint.nn;

/**
 * Surrounds the last three axes by a value: [n, channels, depth, height, width] or [channels, depth, height, width]. A negative
 * count cuts elements off.
 */
public final class ConstantPad3d extends Padding {
  /** With one count for all sides. */
  public ConstantPad3d(int padding, Number value) {
    this(new int[] {padding}, value);
  }

  /**
   * With a count for each side: left, right, top, bottom, front, back.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ConstantPad3d(int[] padding, Number value) {
    super(3, value, padding);
  }
}
