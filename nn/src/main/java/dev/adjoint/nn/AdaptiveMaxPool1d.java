package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.ValuesAndIndices;
import java.util.List;

/**
 * The largest values of so many parts of one axis, {@link Tensor#adaptiveMaxPool1d}:
 * [n, channels, length] becomes [n, channels, length']. The n may be
 * missing.
 */
public final class AdaptiveMaxPool1d extends Module {
  private final int outputSize;

  /**
   * To an output size.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public AdaptiveMaxPool1d(int outputSize) {
    this.outputSize = Checks.positive("adaptiveMaxPool1d", "the output size", outputSize);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.adaptiveMaxPool1d(outputSize);
  }

  /** The largest values with their positions (i64), which {@code return_indices} is in PyTorch. */
  public ValuesAndIndices withIndices(Tensor x) {
    return call(List.of(x), () -> x.adaptiveMaxPool1dWithIndices(outputSize));
  }

  @Override
  public String label() {
    return "AdaptiveMaxPool1d(" + outputSize + ")";
  }
}
