package dev.adjoint;

import dev.adjoint.ops.Convolutions;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions of f32, f64, f16 or bf16, as in PyTorch: the kernel is not flipped.
 *
 * <p>For an input [n, channels, size...] and a weight [out, channels / groups, kernel...] the result is [n, out, size'...] with
 * {@code size' = (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1}, rounded down, and
 *
 * <pre>{@code
 * y[n, o, p] = bias[o] + sum_c,k weight[o, c, k] x[n, c', p stride + k dilation - padding]
 * }</pre>
 *
 * where x is 0 outside. The channels are cut into groups: c' is channel c of the group that o is in. An input [channels, size...]
 * gives a result [out, size'...]. A result, its input gradient and its weight gradient are one matrix product each, of views
 * and not of copies of the windows; the same holds for gradients of gradients.
 *
 * <p>Padding "valid" is none. Padding "same" is as much as keeps the sizes at stride 1, {@code dilation (kernel - 1)} in all, of
 * which the end has one more if it is odd.
 *
 * <p>All throw {@link IllegalArgumentException} if types or devices differ, sizes do not fit, or groups do not divide channels.
 */
public sealed interface ConvolutionOps permits Tensor {
  /** Along one axis, with stride 1, no padding and no bias. */
  default Tensor conv1d(Tensor weight) {
    return conv1d(weight, null);
  }

  /** Along one axis, with stride 1 and no padding. */
  default Tensor conv1d(Tensor weight, @Nullable Tensor bias) {
    return conv1d(weight, bias, 1);
  }

  /** Along one axis, with a stride and no padding. */
  default Tensor conv1d(Tensor weight, @Nullable Tensor bias, int stride) {
    return conv1d(weight, bias, stride, 0);
  }

  /** Along one axis, with a stride and padding. */
  default Tensor conv1d(Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return conv1d(weight, bias, stride, padding, 1, 1);
  }

  /** Along one axis, with a stride and padding "valid" or "same". */
  default Tensor conv1d(Tensor weight, @Nullable Tensor bias, int stride, String padding) {
    return conv1d(weight, bias, stride, padding, 1, 1);
  }

  /** Along one axis. */
  default Tensor conv1d(
      Tensor weight, @Nullable Tensor bias, int stride, int padding, int dilation, int groups) {
    return Convolutions.conv(1, (Tensor) this, weight, bias, stride, padding, dilation, groups);
  }

  /** Along one axis, with padding "valid" or "same". */
  default Tensor conv1d(
      Tensor weight, @Nullable Tensor bias, int stride, String padding, int dilation, int groups) {
    return Convolutions.conv(1, (Tensor) this, weight, bias, stride, padding, dilation, groups);
  }

  /** Along two axes, with stride 1, no padding and no bias. */
  default Tensor conv2d(Tensor weight) {
    return conv2d(weight, null);
  }

  /** Along two axes, with stride 1 and no padding. */
  default Tensor conv2d(Tensor weight, @Nullable Tensor bias) {
    return conv2d(weight, bias, 1);
  }

  /** Along two axes, with a stride and no padding. */
  default Tensor conv2d(Tensor weight, @Nullable Tensor bias, int stride) {
    return conv2d(weight, bias, stride, 0);
  }

  /** Along two axes, with a stride and padding. */
  default Tensor conv2d(Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return conv2d(weight, bias, stride, padding, 1, 1);
  }

  /** Along two axes, with a stride and padding "valid" or "same". */
  default Tensor conv2d(Tensor weight, @Nullable Tensor bias, int stride, String padding) {
    return conv2d(weight, bias, stride, padding, 1, 1);
  }

  /** Along two axes, which are treated alike. */
  default Tensor conv2d(
      Tensor weight, @Nullable Tensor bias, int stride, int padding, int dilation, int groups) {
    return Convolutions.conv(2, (Tensor) this, weight, bias, stride, padding, dilation, groups);
  }

  /** Along two axes, with a stride, padding and dilation for each. */
  default Tensor conv2d(
      Tensor weight,
      @Nullable Tensor bias,
      int[] stride,
      int[] padding,
      int[] dilation,
      int groups) {
    return Convolutions.conv(2, (Tensor) this, weight, bias, stride, padding, dilation, groups);
  }

  /** Along two axes, with padding "valid" or "same". */
  default Tensor conv2d(
      Tensor weight, @Nullable Tensor bias, int stride, String padding, int dilation, int groups) {
    return Convolutions.conv(2, (Tensor) this, weight, bias, stride, padding, dilation, groups);
  }

  /** Along two axes, with a stride and dilation for each, and padding "valid" or "same". */
  default Tensor conv2d(
      Tensor weight,
      @Nullable Tensor bias,
      int[] stride,
      String padding,
      int[] dilation,
      int groups) {
    return Convolutions.conv(2, (Tensor) this, weight, bias, stride, padding, dilation, groups);
  }

  /** Along three axes, with stride 1, no padding and no bias. */
  default Tensor conv3d(Tensor weight) {
    return conv3d(weight, null);
  }

  /** Along three axes, with stride 1 and no padding. */
  default Tensor conv3d(Tensor weight, @Nullable Tensor bias) {
    return conv3d(weight, bias, 1);
  }

  /** Along three axes, with a stride and no padding. */
  default Tensor conv3d(Tensor weight, @Nullable Tensor bias, int stride) {
    return conv3d(weight, bias, stride, 0);
  }

  /** Along three axes, with a stride and padding. */
  default Tensor conv3d(Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return conv3d(weight, bias, stride, padding, 1, 1);
  }

  /** Along three axes, with a stride and padding "valid" or "same". */
  default Tensor conv3d(Tensor weight, @Nullable Tensor bias, int stride, String padding) {
    return conv3d(weight, bias, stride, padding, 1, 1);
  }

  /** Along three axes, which are treated alike. */
  default Tensor conv3d(
      Tensor weight, @Nullable Tensor bias, int stride, int padding, int dilation, int groups) {
    return Convolutions.conv(3, (Tensor) this, weight, bias, stride, padding, dilation, groups);
  }

  /** Along three axes, with a stride, padding and dilation for each. */
  default Tensor conv3d(
      Tensor weight,
      @Nullable Tensor bias,
      int[] stride,
      int[] padding,
      int[] dilation,
      int groups) {
    return Convolutions.conv(3, (Tensor) this, weight, bias, stride, padding, dilation, groups);
  }

  /** Along three axes, with padding "valid" or "same". */
  default Tensor conv3d(
      Tensor weight, @Nullable Tensor bias, int stride, String padding, int dilation, int groups) {
    return Convolutions.conv(3, (Tensor) this, weight, bias, stride, padding, dilation, groups);
  }

  /** Along three axes, with a stride and dilation for each, and padding "valid" or "same". */
  default Tensor conv3d(
      Tensor weight,
      @Nullable Tensor bias,
      int[] stride,
      String padding,
      int[] dilation,
      int groups) {
    return Convolutions.conv(3, (Tensor) this, weight, bias, stride, padding, dilation, groups);
  }
}
