package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** The value limited to [min, max], {@link Tensor#hardtanh(double, double)}. */
public final class Hardtanh extends Module {
  private final double minVal;
  private final double maxVal;

  /** In [-1, 1]. */
  public Hardtanh() {
    this(-1, 1);
  }

  /**
   * In [minVal, maxVal].
   *
   * @throws IllegalArgumentException if the first is not below the second
   */
  public Hardtanh(double minVal, double maxVal) {
    if (!(minVal < maxVal)) {
      throw OpError.of("hardtanh", minVal + " must be below " + maxVal);
    }
    this.minVal = minVal;
    this.maxVal = maxVal;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.hardtanh(minVal, maxVal);
  }

  @Override
  public String label() {
    return "Hardtanh(" + minVal + ", " + maxVal + ")";
  }
}
