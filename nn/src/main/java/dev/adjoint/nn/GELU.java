package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** The value times the normal distribution function of it, or its approximation by a tanh. */
public final class GELU extends Module {
  private final String approximate;

  /** Not approximated. */
  public GELU() {
    this("none");
  }

  /**
   * With an approximation: {@code "none"} for {@link Tensor#gelu()}, or {@code "tanh"}, for {@link Tensor#gelu(String)}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public GELU(String approximate) {
    if (!approximate.equals("none") && !approximate.equals("tanh")) {
      throw OpError.of("gelu", "approximation '" + approximate + "' must be none or tanh");
    }
    this.approximate = approximate;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.gelu(approximate);
  }

  @Override
  public String label() {
    return approximate.equals("none") ? "GELU" : "GELU(" + approximate + ")";
  }
}
