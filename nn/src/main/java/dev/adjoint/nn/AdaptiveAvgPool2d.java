package dev.adjoint.nn;

import dev.adjoint.Tensor;

/**
 * The means of so many parts of two axes, {@link Tensor#adaptiveAvgPool2d}:
 * [n, channels, height, width] becomes [n, channels, height', width']. The n may be
 * missing.
 */
public final class AdaptiveAvgPool2d extends Module {
  private final int[] outputSize;

  /**
   * To output sizes. One output size stands for all axes.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public AdaptiveAvgPool2d(int... outputSize) {
    this.outputSize = Checks.perAxis("adaptiveAvgPool2d", "the output size", 2, 1, outputSize);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.adaptiveAvgPool2d(outputSize);
  }

  @Override
  public String label() {
    return "AdaptiveAvgPool2d(" + Checks.times(outputSize) + ")";
  }
}
