package dev.adjoint.nn;

import dev.adjoint.Tensor;

/**
 * {@link AlphaDropout} of whole channels of [n, channels, ...]: {@link Tensor#featureAlphaDropout} while training. Does nothing
 * in evaluation mode.
 */
public final class FeatureAlphaDropout extends Module {
  private final double p;

  /** With a probability of one half. */
  public FeatureAlphaDropout() {
    this(0.5);
  }

  /**
   * With a probability.
   *
   * @throws IllegalArgumentException if it is not in [0, 1]
   */
  public FeatureAlphaDropout(double p) {
    this.p = Checks.probability("featureAlphaDropout", p);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.featureAlphaDropout(p, training());
  }

  @Override
  public String label() {
    return "FeatureAlphaDropout(" + p + ")";
  }
}
