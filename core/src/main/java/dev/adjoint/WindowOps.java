package dev.adjoint;

import dev.adjoint.ops.Images;
import dev.adjoint.ops.ShapeMath;
import dev.adjoint.ops.Strides;

/**
 * Windows of a tensor, their sums, and elements moved between channels and places. Of any type, but for sums, which are of
 * floats.
 */
public sealed interface WindowOps permits Tensor {
  /**
   * All windows of a shape, one size for each axis: the axes count windows, and as many at the end the elements of a window, as
   * in {@code sliding_window_view} of NumPy. The result is a view.
   */
  default Tensor slidingWindow(int... windowShape) {
    Tensor x = (Tensor) this;
    return Strides.windows(x, windowShape, ShapeMath.order(x.rank()));
  }

  /**
   * All windows of given sizes along given axes, each named once; their elements are counted by axes at the end, in that order.
   */
  default Tensor slidingWindow(int[] windowShape, int[] axes) {
    return Strides.windows((Tensor) this, windowShape, axes);
  }

  /** The elements in row-major order from the first on, by {@link #asStrided(int[], int[], int)}. */
  default Tensor asStrided(int[] size, int[] stride) {
    return asStrided(size, stride, 0);
  }

  /**
   * The elements in row-major order at {@code storageOffset + sum_i index[i] stride[i]}, for all indices of a shape.
   *
   * <p>The order is that of this tensor, not that of what it is a view of, as tensors have no memory that is known before they
   * are computed. The result is a view; where gradients are recorded, positions are gathered, so that gradients are scattered.
   *
   * @throws IllegalArgumentException if sizes and strides are not as many, one is negative, or an element is out of range
   */
  default Tensor asStrided(int[] size, int[] stride, int storageOffset) {
    return Strides.strided((Tensor) this, size, stride, storageOffset);
  }

  /** The windows of images as columns, one element apart, see {@link #unfold(int, int, int, int)}. */
  default Tensor unfold(int kernelSize) {
    return unfold(kernelSize, 1, 0, 1);
  }

  /** The windows of images as columns, as {@link #unfold(int[], int[], int[], int[])}, alike along both axes. */
  default Tensor unfold(int kernelSize, int dilation, int padding, int stride) {
    return Images.unfold(
        (Tensor) this,
        new int[] {kernelSize, kernelSize},
        new int[] {dilation, dilation},
        new int[] {padding, padding},
        new int[] {stride, stride});
  }

  /**
   * The windows of images as columns, as in {@code torch.nn.functional.unfold}: [n, channels, height, width] becomes [n, channels
   * * kernel, windows]; what is outside is 0. The n may be missing.
   *
   * @throws IllegalArgumentException if there is no window
   */
  default Tensor unfold(int[] kernelSize, int[] dilation, int[] padding, int[] stride) {
    return Images.unfold((Tensor) this, kernelSize, dilation, padding, stride);
  }

  /** Images as sums of columns, one element apart, see {@link #fold(int[], int, int, int, int)}. */
  default Tensor fold(int[] outputSize, int kernelSize) {
    return fold(outputSize, kernelSize, 1, 0, 1);
  }

  /** Images as sums of columns, as {@link #fold(int[], int[], int[], int[], int[])}, alike along both axes. */
  default Tensor fold(int[] outputSize, int kernelSize, int dilation, int padding, int stride) {
    return Images.fold(
        (Tensor) this,
        outputSize,
        new int[] {kernelSize, kernelSize},
        new int[] {dilation, dilation},
        new int[] {padding, padding},
        new int[] {stride, stride});
  }

  /**
   * Images of a size as sums of windows, which are columns: [n, channels * kernel, windows] becomes [n, channels, height, width],
   * the transpose of {@link #unfold(int[], int[], int[], int[])}. The n may be missing.
   *
   * @throws IllegalArgumentException if the columns are not as many or not as long as the windows of such images
   */
  default Tensor fold(
      int[] outputSize, int[] kernelSize, int[] dilation, int[] padding, int[] stride) {
    return Images.fold((Tensor) this, outputSize, kernelSize, dilation, padding, stride);
  }

  /**
   * Channels as places: [..., channels * r * r, height, width] becomes [..., channels, height * r, width * r].
   *
   * @throws IllegalArgumentException if there are fewer than 3 axes, or the square of r does not divide the channels
   */
  default Tensor pixelShuffle(int upscaleFactor) {
    return Images.shuffle((Tensor) this, upscaleFactor);
  }

  /**
   * Places as channels: [..., channels, height * r, width * r] becomes [..., channels * r * r, height, width].
   *
   * @throws IllegalArgumentException if there are fewer than 3 axes, or r does not divide height and width
   */
  default Tensor pixelUnshuffle(int downscaleFactor) {
    return Images.unshuffle((Tensor) this, downscaleFactor);
  }

  /**
   * Channels of [n, channels, ...] in groups, taken in turn from each: channel {@code g * channels / groups + i} becomes channel
   * {@code i * groups + g}.
   *
   * @throws IllegalArgumentException if there are fewer than 3 axes, or the groups do not divide the channels
   */
  default Tensor channelShuffle(int groups) {
    return Images.shuffleChannels((Tensor) this, groups);
  }
}
