package dev.adjoint.nn;

import dev.adjoint.Tensor;

/**
 * The means of so many parts of one axis, {@link Tensor#adaptiveAvgPool1d}:
 * [n, channels, length] becomes [n, channels, length']. The n may be
 * missing.
 */
public final class AdaptiveAvgPool1d extends Module {
  private final int outputSize;

  /**
   * To an output size.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public AdaptiveAvgPool1d(int outputSize) {
    this.outputSize = Checks.positive("adaptiveAvgPool1d", "the output size", outputSize);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.adaptiveAvgPool1d(outputSize);
  }

  @Override
  public String label() {
    return "AdaptiveAvgPool1d(" + outputSize + ")";
  }
}
