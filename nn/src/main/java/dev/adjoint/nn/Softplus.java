package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** {@code log(1 + exp(beta * x)) / beta}, {@link Tensor#softplus(double, double)}. */
public final class Softplus extends Module {
  private final double beta;
  private final double threshold;

  /** With beta 1 and threshold 20. */
  public Softplus() {
    this(1, 20);
  }

  /** With beta, and a threshold of {@code beta * x} above which the value is x. */
  public Softplus(double beta, double threshold) {
    this.beta = beta;
    this.threshold = threshold;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.softplus(beta, threshold);
  }

  @Override
  public String label() {
    return "Softplus(" + beta + ", " + threshold + ")";
  }
}
