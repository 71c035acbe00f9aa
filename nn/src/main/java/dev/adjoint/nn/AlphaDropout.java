package dev.adjoint.nn;

import dev.adjoint.Tensor;

/**
 * Dropout that keeps a mean of 0 and a variance of 1, for networks of {@link Activation#SELU}: {@link Tensor#alphaDropout}
 * while training. Does nothing in evaluation mode.
 */
public final class AlphaDropout extends Module {
  private final double p;

  /** With a probability of one half. */
  public AlphaDropout() {
    this(0.5);
  }

  /**
   * With a probability.
   *
   * @throws IllegalArgumentException if it is not in [0, 1]
   */
  public AlphaDropout(double p) {
    this.p = Checks.probability("alphaDropout", p);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.alphaDropout(p, training());
  }

  @Override
  public String label() {
    return "AlphaDropout(" + p + ")";
  }
}
