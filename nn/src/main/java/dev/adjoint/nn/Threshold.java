package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** The value above a threshold, another value elsewhere, {@link Tensor#threshold}. */
public final class Threshold extends Module {
  private final double threshold;
  private final double value;

  /** With a threshold, and the value of what is not above it. */
  public Threshold(double threshold, double value) {
    this.threshold = threshold;
    this.value = value;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.threshold(threshold, value);
  }

  @Override
  public String label() {
    return "Threshold(" + threshold + ", " + value + ")";
  }
}
