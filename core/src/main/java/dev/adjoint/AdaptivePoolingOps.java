package dev.adjoint;

import dev.adjoint.ops.AdaptivePooling;

/**
 * Means and largest values of so many parts of the last axes, as in PyTorch.
 *
 * <p>An input [n, channels, size...] or [channels, size...] gives as many channels of the output sizes. Part i of {@code count}
 * along an axis is from {@code i * size / count}, rounded down, to {@code (i + 1) * size / count}, rounded up and exclusive. One
 * output size stands for all axes.
 *
 * <p>Means are of floats; largest values are of any numbers, with positions, NaN and gradients as in {@link MaxPoolingOps}.
 *
 * <p>All throw {@link IllegalArgumentException} if the input has other axes, one of them is empty, or an output size is not
 * positive.
 */
public sealed interface AdaptivePoolingOps permits Tensor {
  /** The means of so many parts of one axis. */
  default Tensor adaptiveAvgPool1d(int outputSize) {
    return AdaptivePooling.average("adaptiveAvgPool1d", 1, (Tensor) this, outputSize);
  }

  /** The means of so many parts of two axes. */
  default Tensor adaptiveAvgPool2d(int... outputSize) {
    return AdaptivePooling.average("adaptiveAvgPool2d", 2, (Tensor) this, outputSize);
  }

  /** The means of so many parts of three axes. */
  default Tensor adaptiveAvgPool3d(int... outputSize) {
    return AdaptivePooling.average("adaptiveAvgPool3d", 3, (Tensor) this, outputSize);
  }

  /** The largest values of so many parts of one axis. */
  default Tensor adaptiveMaxPool1d(int outputSize) {
    return AdaptivePooling.max("adaptiveMaxPool1d", 1, (Tensor) this, outputSize);
  }

  /** The largest values of so many parts of two axes. */
  default Tensor adaptiveMaxPool2d(int... outputSize) {
    return AdaptivePooling.max("adaptiveMaxPool2d", 2, (Tensor) this, outputSize);
  }

  /** The largest values of so many parts of three axes. */
  default Tensor adaptiveMaxPool3d(int... outputSize) {
    return AdaptivePooling.max("adaptiveMaxPool3d", 3, (Tensor) this, outputSize);
  }

  /** The largest values of so many parts of one axis, and their positions (i64). */
  default ValuesAndIndices adaptiveMaxPool1dWithIndices(int outputSize) {
    return AdaptivePooling.maxWithIndices(
        "adaptiveMaxPool1dWithIndices", 1, (Tensor) this, outputSize);
  }

  /** The largest values of so many parts of two axes, and their positions (i64). */
  default ValuesAndIndices adaptiveMaxPool2dWithIndices(int... outputSize) {
    return AdaptivePooling.maxWithIndices(
        "adaptiveMaxPool2dWithIndices", 2, (Tensor) this, outputSize);
  }

  /** The largest values of so many parts of three axes, and their positions (i64). */
  default ValuesAndIndices adaptiveMaxPool3dWithIndices(int... outputSize) {
    return AdaptivePooling.maxWithIndices(
        "adaptiveMaxPool3dWithIndices", 3, (Tensor) this, outputSize);
  }
}
