package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** {@code x} above 0 and {@code alpha * (exp(x / alpha) - 1)} elsewhere, {@link Tensor#celu(double)}. */
public final class CELU extends Module {
  private final double alpha;

  /** With alpha 1. */
  public CELU() {
    this(1);
  }

  /**
   * With alpha.
   *
   * @throws IllegalArgumentException if it is 0
   */
  public CELU(double alpha) {
    if (alpha == 0) {
      throw OpError.of("celu", "alpha must not be 0");
    }
    this.alpha = alpha;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.celu(alpha);
  }

  @Override
  public String label() {
    return "CELU(" + alpha + ")";
  }
}
