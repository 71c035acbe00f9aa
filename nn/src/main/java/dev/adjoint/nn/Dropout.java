package dev.adjoint.nn;

import dev.adjoint.Tensor;

/**
 * Random removal of elements while training: each becomes 0 with a probability p, the others are divided by 1 - p. Does
 * nothing in evaluation mode.
 */
public final class Dropout extends Module {
  private final double p;

  /** A dropout with a probability of one half. */
  public Dropout() {
    this(0.5);
  }

  /**
   * A dropout with a probability.
   *
   * @throws IllegalArgumentException if it is not in [0, 1]
   */
  public Dropout(double p) {
    this.p = Checks.probability("dropout", p);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.dropout(p, training());
  }

  @Override
  public String label() {
    return "Dropout(" + p + ")";
  }
}
