package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** The value moved towards 0, or 0 if it does not get that far, {@link Tensor#softshrink(double)}. */
public final class Softshrink extends Module {
  private final double lambd;

  /** With distance 0.5. */
  public Softshrink() {
    this(0.5);
  }

  /**
   * With a distance.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Softshrink(double lambd) {
    if (!(lambd >= 0)) {
      throw OpError.of("softshrink", "lambd must not be negative, it is " + lambd);
    }
    this.lambd = lambd;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.softshrink(lambd);
  }

  @Override
  public String label() {
    return "Softshrink(" + lambd + ")";
  }
}
