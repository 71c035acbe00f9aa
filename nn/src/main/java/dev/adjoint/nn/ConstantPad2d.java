package dev.adjoint.nn;

/**
 * Surrounds the last two axes by a value: [n, channels, height, width] or [channels, height, width]. A negative count cuts
 * elements off.
 */
public final class ConstantPad2d extends Padding {
  /** With one count for all sides. */
  public ConstantPad2d(int padding, Number value) {
    this(new int[] {padding}, value);
  }

  /**
   * With a count for each side: left, right, top, bottom.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ConstantPad2d(int[] padding, Number value) {
    super(2, value, padding);
  }
}
