package dev.adjoint;

import dev.adjoint.ops.Pooling;
import dev.adjoint.ops.Unpooling;
import org.jspecify.annotations.Nullable;

/**
 * Largest values of windows, of numbers of any type, as in PyTorch; what is outside is less than all numbers.
 *
 * <p>An input [n, channels, size...] or [channels, size...] gives as many channels of sizes
 * {@code size' = (size + 2 padding - dilation (kernelSize - 1) - 1) / stride + 1}, rounded down, or up with {@code ceilMode}; a
 * last window that would begin behind the input and its padding in front is left out.
 *
 * <p>NaN in a window is its largest value. Positions (i64) are those in the last axes, counted in row-major order: of the first
 * largest value, or of the last NaN. The gradient goes to the element at the position alone. A window is a view, so all is one
 * reduction, whose gradient reads the windows that hold an element.
 *
 * <p>All throw {@link IllegalArgumentException} if there is no window, or the padding is more than half of a kernel size.
 */
public sealed interface MaxPoolingOps permits Tensor {
  /** The largest values of windows along one axis, whose stride is their size. */
  default Tensor maxPool1d(int kernelSize) {
    return maxPool1d(kernelSize, kernelSize, 0, 1, false);
  }

  /** The largest values of windows along one axis. */
  default Tensor maxPool1d(int kernelSize, int stride) {
    return maxPool1d(kernelSize, stride, 0);
  }

  /** The largest values of windows along one axis, with padding. */
  default Tensor maxPool1d(int kernelSize, int stride, int padding) {
    return maxPool1d(kernelSize, stride, padding, 1, false);
  }

  /** The largest values of windows along one axis. */
  default Tensor maxPool1d(
      int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    return Pooling.max(1, (Tensor) this, kernelSize, stride, padding, dilation, ceilMode);
  }

  /** The largest values of windows along one axis, with their positions. */
  default ValuesAndIndices maxPool1dWithIndices(
      int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    return Pooling.maxWithIndices(
        1, (Tensor) this, kernelSize, stride, padding, dilation, ceilMode);
  }

  /** The largest values of windows along two axes, whose stride is their size. */
  default Tensor maxPool2d(int kernelSize) {
    return maxPool2d(kernelSize, kernelSize, 0, 1, false);
  }

  /** The largest values of windows along two axes. */
  default Tensor maxPool2d(int kernelSize, int stride) {
    return maxPool2d(kernelSize, stride, 0);
  }

  /** The largest values of windows along two axes, with padding. */
  default Tensor maxPool2d(int kernelSize, int stride, int padding) {
    return maxPool2d(kernelSize, stride, padding, 1, false);
  }

  /** The largest values of windows along two axes, which are treated alike. */
  default Tensor maxPool2d(
      int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    return Pooling.max(2, (Tensor) this, kernelSize, stride, padding, dilation, ceilMode);
  }

  /** The largest values of windows along two axes, with a size, stride, padding and dilation for each. */
  default Tensor maxPool2d(
      int[] kernelSize, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
    return Pooling.max(2, (Tensor) this, kernelSize, stride, padding, dilation, ceilMode);
  }

  /** The largest values of windows along two axes, which are treated alike, with their positions. */
  default ValuesAndIndices maxPool2dWithIndices(
      int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    return Pooling.maxWithIndices(
        2, (Tensor) this, kernelSize, stride, padding, dilation, ceilMode);
  }

  /** The largest values of windows along two axes, with a size, stride, padding and dilation for each, and their positions. */
  default ValuesAndIndices maxPool2dWithIndices(
      int[] kernelSize, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
    return Pooling.maxWithIndices(
        2, (Tensor) this, kernelSize, stride, padding, dilation, ceilMode);
  }

  /** The largest values of windows along three axes, whose stride is their size. */
  default Tensor maxPool3d(int kernelSize) {
    return maxPool3d(kernelSize, kernelSize, 0, 1, false);
  }

  /** The largest values of windows along three axes. */
  default Tensor maxPool3d(int kernelSize, int stride) {
    return maxPool3d(kernelSize, stride, 0);
  }

  /** The largest values of windows along three axes, with padding. */
  default Tensor maxPool3d(int kernelSize, int stride, int padding) {
    return maxPool3d(kernelSize, stride, padding, 1, false);
  }

  /** The largest values of windows along three axes, which are treated alike. */
  default Tensor maxPool3d(
      int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    return Pooling.max(3, (Tensor) this, kernelSize, stride, padding, dilation, ceilMode);
  }

  /** The largest values of windows along three axes, with a size, stride, padding and dilation for each. */
  default Tensor maxPool3d(
      int[] kernelSize, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
    return Pooling.max(3, (Tensor) this, kernelSize, stride, padding, dilation, ceilMode);
  }

  /** The largest values of windows along three axes, which are treated alike, with their positions. */
  default ValuesAndIndices maxPool3dWithIndices(
      int kernelSize, int stride, int padding, int dilation, boolean ceilMode) {
    return Pooling.maxWithIndices(
        3, (Tensor) this, kernelSize, stride, padding, dilation, ceilMode);
  }

  /** The largest values of windows along three axes, with a size, stride, padding and dilation for each, and their positions. */
  default ValuesAndIndices maxPool3dWithIndices(
      int[] kernelSize, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
    return Pooling.maxWithIndices(
        3, (Tensor) this, kernelSize, stride, padding, dilation, ceilMode);
  }

  /** {@link #maxUnpool1d(Tensor, int, int, int, Integer)} for windows whose stride is their size. */
  default Tensor maxUnpool1d(Tensor indices, int kernelSize) {
    return maxUnpool1d(indices, kernelSize, kernelSize, 0, null);
  }

  /**
   * The largest values of windows back at their positions, and zeros elsewhere: what {@link #maxPool1dWithIndices} found.
   *
   * @param indices the positions (i32 or i64) in each line of the result, of this shape; of equal ones the last element stays
   * @param outputSize the length of the lines; null for {@code (n - 1) * stride - 2 * padding + kernelSize}
   * @throws IllegalArgumentException if shapes do not fit
   * @throws IndexOutOfBoundsException when the value is computed, if a position is not in the line
   */
  default Tensor maxUnpool1d(
      Tensor indices, int kernelSize, int stride, int padding, @Nullable Integer outputSize) {
    return Unpooling.unpooled(
        1,
        (Tensor) this,
        indices,
        new int[] {kernelSize},
        new int[] {stride},
        new int[] {padding},
        outputSize == null ? null : new int[] {outputSize});
  }

  /** {@link #maxUnpool2d(Tensor, int[], int[], int[], int[])} for windows whose stride is their size. */
  default Tensor maxUnpool2d(Tensor indices, int kernelSize) {
    int[] size = {kernelSize, kernelSize};
    return maxUnpool2d(indices, size, size, new int[2], null);
  }

  /**
   * The largest values of windows back at their positions, and zeros elsewhere: what {@link #maxPool2dWithIndices} found.
   *
   * @param indices the positions (i32 or i64) in each plane of the result, of this shape; of equal ones the last element stays
   * @param outputSize the sizes of the planes; null for {@code (n - 1) * stride - 2 * padding + kernelSize}
   * @throws IllegalArgumentException if shapes do not fit
   * @throws IndexOutOfBoundsException when the value is computed, if a position is not in the plane
   */
  default Tensor maxUnpool2d(
      Tensor indices, int[] kernelSize, int[] stride, int[] padding, int @Nullable [] outputSize) {
    return Unpooling.unpooled(2, (Tensor) this, indices, kernelSize, stride, padding, outputSize);
  }

  /** {@link #maxUnpool3d(Tensor, int[], int[], int[], int[])} for windows whose stride is their size. */
  default Tensor maxUnpool3d(Tensor indices, int kernelSize) {
    int[] size = {kernelSize, kernelSize, kernelSize};
    return maxUnpool3d(indices, size, size, new int[3], null);
  }

  /**
   * The largest values of windows back at their positions, and zeros elsewhere: what {@link #maxPool3dWithIndices} found.
   *
   * @param indices the positions (i32 or i64) in each volume of the result, of this shape; of equal ones the last element stays
   * @param outputSize the sizes of the volumes; null for {@code (n - 1) * stride - 2 * padding + kernelSize}
   * @throws IllegalArgumentException if shapes do not fit
   * @throws IndexOutOfBoundsException when the value is computed, if a position is not in the volume
   */
  default Tensor maxUnpool3d(
      Tensor indices, int[] kernelSize, int[] stride, int[] padding, int @Nullable [] outputSize) {
    return Unpooling.unpooled(3, (Tensor) this, indices, kernelSize, stride, padding, outputSize);
  }
}
