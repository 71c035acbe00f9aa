package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.ValuesAndIndices;
import java.util.List;

/**
 * The largest values of so many parts of three axes, {@link Tensor#adaptiveMaxPool3d}:
 * [n, channels, depth, height, width] becomes [n, channels, depth', height', width']. The n may be
 * missing.
 */
public final class AdaptiveMaxPool3d extends Module {
  private final int[] outputSize;

  /**
   * To output sizes. One output size stands for all axes.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public AdaptiveMaxPool3d(int... outputSize) {
    this.outputSize = Checks.perAxis("adaptiveMaxPool3d", "the output size", 3, 1, outputSize);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.adaptiveMaxPool3d(outputSize);
  }

  /** The largest values with their positions (i64), which {@code return_indices} is in PyTorch. */
  public ValuesAndIndices withIndices(Tensor x) {
    return call(List.of(x), () -> x.adaptiveMaxPool3dWithIndices(outputSize));
  }

  @Override
  public String label() {
    return "AdaptiveMaxPool3d(" + Checks.times(outputSize) + ")";
  }
}
