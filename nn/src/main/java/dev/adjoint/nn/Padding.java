package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;

/** Surrounds the last one to three axes by a value, or as a mode of {@link Tensor#pad(int[], String)} says. */
abstract class Padding extends Module {
  private final String mode;
  private final int axes;
  private final Number value;
  private final int[] padding;

  /**
   * A padding with a value.
   *
   * @param padding one number for all sides, or pairs of counts before and after from the last axis to the first
   */
  Padding(int axes, Number value, int[] padding) {
    this("constant", axes, value, padding);
  }

  /** A padding with a mode. */
  Padding(String mode, int axes, int[] padding) {
    this(mode, axes, 0, padding);
  }

  private Padding(String mode, int axes, Number value, int[] padding) {
    this.mode = mode;
    this.axes = axes;
    this.value = value;
    this.padding = padding.length == 1 ? new int[2 * axes] : padding.clone();
    if (padding.length == 1) {
      Arrays.fill(this.padding, padding[0]);
    }
    if (this.padding.length != 2 * axes) {
      throw OpError.of(
          "pad",
          "padding "
              + Arrays.toString(padding)
              + " must be one number, or "
              + 2 * axes
              + ": before and after each of "
              + axes
              + " axes");
    }
  }

  @Override
  protected final Tensor forward(Tensor x) {
    if (x.rank() != axes + 1 && x.rank() != axes + 2) {
      throw OpError.of(
          "pad",
          "needs [n, channels, ...] or [channels, ...] with "
              + axes
              + " further axes, the input is "
              + x.shape());
    }
    return mode.equals("constant") ? x.pad(padding, mode, value) : x.pad(padding, mode);
  }

  @Override
  public final String label() {
    String sizes = Arrays.toString(padding);
    return getClass().getSimpleName()
        + "("
        + sizes.substring(1, sizes.length() - 1)
        + (value.doubleValue() == 0 ? ")" : ", value " + value + ")");
  }
}
