package dev.adjoint;

import dev.adjoint.ops.Pooling;
import org.jspecify.annotations.Nullable;

/**
 * Means of windows of floats, as in PyTorch; what is outside is 0.
 *
 * <p>An input [n, channels, size...] or [channels, size...] gives as many channels of sizes
 * {@code size' = (size + 2 padding - kernelSize) / stride + 1}, rounded down, or up with {@code ceilMode}; a last window that
 * would begin behind the input and its padding in front is left out.
 *
 * <p>The sum of a window is divided by the number of its elements in the input and, with {@code countIncludePad}, in its padding;
 * what {@code ceilMode} adds beyond does not count.
 *
 * <p>All throw {@link IllegalArgumentException} if there is no window, or the padding is more than half of a kernel size.
 */
public sealed interface AveragePoolingOps permits Tensor {
  /** The means of windows along one axis, whose stride is their size. */
  default Tensor avgPool1d(int kernelSize) {
    return avgPool1d(kernelSize, kernelSize, 0, false, true);
  }

  /** The means of windows along one axis. */
  default Tensor avgPool1d(int kernelSize, int stride) {
    return avgPool1d(kernelSize, stride, 0);
  }

  /** The means of windows along one axis, with padding. */
  default Tensor avgPool1d(int kernelSize, int stride, int padding) {
    return avgPool1d(kernelSize, stride, padding, false, true);
  }

  /** The means of windows along one axis. */
  default Tensor avgPool1d(
      int kernelSize, int stride, int padding, boolean ceilMode, boolean countIncludePad) {
    return Pooling.average(
        1, (Tensor) this, kernelSize, stride, padding, ceilMode, countIncludePad, null);
  }

  /** The means of windows along two axes, whose stride is their size. */
  default Tensor avgPool2d(int kernelSize) {
    return avgPool2d(kernelSize, kernelSize, 0, false, true);
  }

  /** The means of windows along two axes. */
  default Tensor avgPool2d(int kernelSize, int stride) {
    return avgPool2d(kernelSize, stride, 0);
  }

  /** The means of windows along two axes, with padding. */
  default Tensor avgPool2d(int kernelSize, int stride, int padding) {
    return avgPool2d(kernelSize, stride, padding, false, true);
  }

  /** The means of windows along two axes, which are treated alike. */
  default Tensor avgPool2d(
      int kernelSize, int stride, int padding, boolean ceilMode, boolean countIncludePad) {
    return Pooling.average(
        2, (Tensor) this, kernelSize, stride, padding, ceilMode, countIncludePad, null);
  }

  /** The sums of windows along two axes over what their elements count, or over {@code divisorOverride}. */
  default Tensor avgPool2d(
      int[] kernelSize,
      int[] stride,
      int[] padding,
      boolean ceilMode,
      boolean countIncludePad,
      @Nullable Integer divisorOverride) {
    return Pooling.average(
        2, (Tensor) this, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride);
  }

  /** The means of windows along three axes, whose stride is their size. */
  default Tensor avgPool3d(int kernelSize) {
    return avgPool3d(kernelSize, kernelSize, 0, false, true);
  }

  /** The means of windows along three axes. */
  default Tensor avgPool3d(int kernelSize, int stride) {
    return avgPool3d(kernelSize, stride, 0);
  }

  /** The means of windows along three axes, with padding. */
  default Tensor avgPool3d(int kernelSize, int stride, int padding) {
    return avgPool3d(kernelSize, stride, padding, false, true);
  }

  /** The means of windows along three axes, which are treated alike. */
  default Tensor avgPool3d(
      int kernelSize, int stride, int padding, boolean ceilMode, boolean countIncludePad) {
    return Pooling.average(
        3, (Tensor) this, kernelSize, stride, padding, ceilMode, countIncludePad, null);
  }

  /** The sums of windows along three axes over what their elements count, or over {@code divisorOverride}. */
  default Tensor avgPool3d(
      int[] kernelSize,
      int[] stride,
      int[] padding,
      boolean ceilMode,
      boolean countIncludePad,
      @Nullable Integer divisorOverride) {
    return Pooling.average(
        3, (Tensor) this, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride);
  }
}
