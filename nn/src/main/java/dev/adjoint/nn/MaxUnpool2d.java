package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The largest values of windows back at their positions, and zeros elsewhere, {@link Tensor#maxUnpool2d}: what
 * {@link MaxPool2d#withIndices} found.
 */
public final class MaxUnpool2d extends Module {
  private final int[] kernelSize;
  private final int[] stride;
  private final int[] padding;

  /** For windows whose stride is their size. */
  public MaxUnpool2d(int kernelSize) {
    this(kernelSize, kernelSize, 0);
  }

  /** For windows with a stride and padding. */
  public MaxUnpool2d(int kernelSize, int stride, int padding) {
    this(new int[] {kernelSize}, new int[] {stride}, new int[] {padding});
  }

  /**
   * For windows with numbers for each axis.
   *
   * @throws IllegalArgumentException if a size or stride is not positive, or a padding negative
   */
  public MaxUnpool2d(int[] kernelSize, int[] stride, int[] padding) {
    this.kernelSize = Checks.perAxis("maxUnpool2d", "the kernel size", 2, 1, kernelSize);
    this.stride = Checks.perAxis("maxUnpool2d", "the stride", 2, 1, stride);
    this.padding = Checks.perAxis("maxUnpool2d", "the padding", 2, 0, padding);
  }

  /** The planes of values [n, channels, height, width] or [channels, height, width], with positions of the same shape. */
  public Tensor apply(Tensor x, Tensor indices) {
    return unpooled(x, indices, null);
  }

  /** The planes of a size, height and width. */
  public Tensor apply(Tensor x, Tensor indices, int... outputSize) {
    return unpooled(x, indices, outputSize);
  }

  private Tensor unpooled(Tensor x, Tensor indices, int @Nullable [] outputSize) {
    return call(
        List.of(x, indices), () -> x.maxUnpool2d(indices, kernelSize, stride, padding, outputSize));
  }

  @Override
  public String label() {
    return "MaxUnpool2d("
        + Checks.times(kernelSize)
        + ", stride "
        + Checks.times(stride)
        + KernelLayer.option("padding", padding, 0)
        + ")";
  }
}
