package dev.adjoint.nn;

/**
 * Surrounds the last axis by a value: [n, channels, length] or [channels, length]. A negative count cuts elements off.
 */
public final class ConstantPad1d extends Padding {
  /** With one count for all sides. */
  public ConstantPad1d(int padding, Number value) {
    this(new int[] {padding}, value);
  }

  /**
   * With a count for each side: before and after.
   *
   * @throws IllegalArgumentException if there are not as many
   */
  public ConstantPad1d(int[] padding, Number value) {
    super(1, value, padding);
  }
}
