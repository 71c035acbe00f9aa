package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.ValuesAndIndices;
import java.util.List;

/**
 * The largest values of so many parts of two axes, {@link Tensor#adaptiveMaxPool2d}:
 * [n, channels, height, width] becomes [n, channels, height', width']. The n may be
 * missing.
 */
public final class AdaptiveMaxPool2d extends Module {
  private final int[] outputSize;

  /**
   * To output sizes. One output size stands for all axes.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public AdaptiveMaxPool2d(int... outputSize) {
    this.outputSize = Checks.perAxis("adaptiveMaxPool2d", "the output size", 2, 1, outputSize);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.adaptiveMaxPool2d(outputSize);
  }

  /** The largest values with their positions (i64), which {@code return_indices} is in PyTorch. */
  public ValuesAndIndices withIndices(Tensor x) {
    return call(List.of(x), () -> x.adaptiveMaxPool2dWithIndices(outputSize));
  }

  @Override
  public String label() {
    return "AdaptiveMaxPool2d(" + Checks.times(outputSize) + ")";
  }
}
