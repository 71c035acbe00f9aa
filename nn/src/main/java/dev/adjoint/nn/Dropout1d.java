package dev.adjoint.nn;

/**
 * Random removal of whole channels of [n, channels, length] or [channels, length]:
 * while training, each becomes 0 with a probability p, and the others are divided by 1 - p. Does nothing in evaluation mode.
 */
public final class Dropout1d extends FeatureDropout {
  /** With a probability of one half. */
  public Dropout1d() {
    this(0.5);
  }

  /**
   * With a probability.
   *
   * @throws IllegalArgumentException if it is not in [0, 1]
   */
  public Dropout1d(double p) {
    super(1, p);
  }
}
