package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Largest values of windows along one to three axes back at their positions. */
abstract class MaxUnpool extends Module {
  private final int axes;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;

  MaxUnpool(int axes, int[] kernel, int[] stride, int[] padding) {
    String op = "maxUnpool" + axes + "d";
    this.axes = axes;
    this.kernel = Checks.perAxis(op, "the kernel size", axes, 1, kernel);
    this.stride = Checks.perAxis(op, "the stride", axes, 1, stride);
    this.padding = Checks.perAxis(op, "the padding", axes, 0, padding);
  }

  /** What values [n, channels, ...] or [channels, ...] are from, with positions of the same shape. */
  public final Tensor apply(Tensor x, Tensor indices) {
    return unpooled(x, indices, null);
  }

  /**
   * What values are from, of these sizes.
   *
   * @throws IllegalArgumentException if the sizes are neither one for all nor one for each axis
   */
  public final Tensor apply(Tensor x, Tensor indices, int... outputSize) {
    return unpooled(
        x,
        indices,
        Checks.perAxis("maxUnpool" + axes + "d", "the output size", axes, 0, outputSize));
  }

  private Tensor unpooled(Tensor x, Tensor indices, int @Nullable [] size) {
    return call(
        List.of(x, indices),
        () ->
            switch (axes) {
              case 1 ->
                  x.maxUnpool1d(
                      indices, kernel[0], stride[0], padding[0], size == null ? null : size[0]);
              case 2 -> x.maxUnpool2d(indices, kernel, stride, padding, size);
              default -> x.maxUnpool3d(indices, kernel, stride, padding, size);
            });
  }

  @Override
  public final String label() {
    return "MaxUnpool"
        + axes
        + "d("
        + Checks.times(kernel)
        + ", stride "
        + Checks.times(stride)
        + KernelLayer.option("padding", padding, 0)
        + ")";
  }
}
