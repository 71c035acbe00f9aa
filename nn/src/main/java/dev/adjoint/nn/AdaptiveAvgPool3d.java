package dev.adjoint.nn;

import dev.adjoint.Tensor;

/**
 * The means of so many parts of three axes, {@link Tensor#adaptiveAvgPool3d}:
 * [n, channels, depth, height, width] becomes [n, channels, depth', height', width']. The n may be
 * missing.
 */
public final class AdaptiveAvgPool3d extends Module {
  private final int[] outputSize;

  /**
   * To output sizes. One output size stands for all axes.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public AdaptiveAvgPool3d(int... outputSize) {
    this.outputSize = Checks.perAxis("adaptiveAvgPool3d", "the output size", 3, 1, outputSize);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.adaptiveAvgPool3d(outputSize);
  }

  @Override
  public String label() {
    return "AdaptiveAvgPool3d(" + Checks.times(outputSize) + ")";
  }
}
