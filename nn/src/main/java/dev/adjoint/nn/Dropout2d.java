package dev.adjoint.nn;

/**
 * Random removal of whole channels of [n, channels, height, width], or of [n, channels, length] as
 * PyTorch reads three axes:
 * while training, each becomes 0 with a probability p, and the others are divided by 1 - p. Does nothing in evaluation mode.
 */
public final class Dropout2d extends FeatureDropout {
  /** With a probability of one half. */
  public Dropout2d() {
    this(0.5);
  }

  /**
   * With a probability.
   *
   * @throws IllegalArgumentException if it is not in [0, 1]
   */
  public Dropout2d(double p) {
    super(2, p);
  }
}
