package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** {@code x} above 0 and {@code alpha * (exp(x) - 1)} elsewhere, {@link Tensor#elu(double)}. */
public final class ELU extends Module {
  private final double alpha;

  /** With alpha 1. */
  public ELU() {
    this(1);
  }

  /** With alpha. */
  public ELU(double alpha) {
    this.alpha = alpha;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.elu(alpha);
  }

  @Override
  public String label() {
    return "ELU(" + alpha + ")";
  }
}
