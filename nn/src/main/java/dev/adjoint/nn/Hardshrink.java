package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** The value, but 0 in {@code [-lambd, lambd]}, {@link Tensor#hardshrink(double)}. */
public final class Hardshrink extends Module {
  private final double lambd;

  /** With limit 0.5. */
  public Hardshrink() {
    this(0.5);
  }

  /** With a limit. */
  public Hardshrink(double lambd) {
    this.lambd = lambd;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.hardshrink(lambd);
  }

  @Override
  public String label() {
    return "Hardshrink(" + lambd + ")";
  }
}
