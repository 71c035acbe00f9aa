package dev.adjoint;

import dev.adjoint.ops.TransposedConvolutions;
import org.jspecify.annotations.Nullable;

/**
 * Transposed convolutions of f32, f64, f16 or bf16, as in PyTorch: the input gradient of the convolution with the same weight.
 *
 * <p>For an input [n, channels, size...] and a weight [channels, out / groups, kernel...] the result is [n, out, size'...] with
 * {@code size' = (size - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1}, and
 *
 * <pre>{@code
 * y[n, o, q] = bias[o] + sum_c,k weight[c, o', k] x[n, c, p]   where q = p stride + k dilation - padding
 * }</pre>
 *
 * for all channels c of the group that o is in, of which it is filter o'. An input [channels, size...] gives a result
 * [out, size'...]. A result, its input gradient and its weight gradient are one matrix product each, of views; the same holds for
 * gradients of gradients.
 *
 * <p>All throw {@link IllegalArgumentException} if types or devices differ, sizes do not fit, groups do not divide channels, or
 * the output padding is neither below the stride nor below the dilation.
 */
public sealed interface TransposedConvolutionOps permits Tensor {
  /** Along one axis, with stride 1, no padding and no bias. */
  default Tensor convTranspose1d(Tensor weight) {
    return convTranspose1d(weight, null);
  }

  /** Along one axis, with stride 1 and no padding. */
  default Tensor convTranspose1d(Tensor weight, @Nullable Tensor bias) {
    return convTranspose1d(weight, bias, 1);
  }

  /** Along one axis, with a stride and no padding. */
  default Tensor convTranspose1d(Tensor weight, @Nullable Tensor bias, int stride) {
    return convTranspose1d(weight, bias, stride, 0);
  }

  /** Along one axis, with a stride and padding. */
  default Tensor convTranspose1d(Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return convTranspose1d(weight, bias, stride, padding, 0, 1, 1);
  }

  /** Along one axis. */
  default Tensor convTranspose1d(
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int outputPadding,
      int groups,
      int dilation) {
    return TransposedConvolutions.conv(
        1, (Tensor) this, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  /** Along two axes, with stride 1, no padding and no bias. */
  default Tensor convTranspose2d(Tensor weight) {
    return convTranspose2d(weight, null);
  }

  /** Along two axes, with stride 1 and no padding. */
  default Tensor convTranspose2d(Tensor weight, @Nullable Tensor bias) {
    return convTranspose2d(weight, bias, 1);
  }

  /** Along two axes, with a stride and no padding. */
  default Tensor convTranspose2d(Tensor weight, @Nullable Tensor bias, int stride) {
    return convTranspose2d(weight, bias, stride, 0);
  }

  /** Along two axes, with a stride and padding. */
  default Tensor convTranspose2d(Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return convTranspose2d(weight, bias, stride, padding, 0, 1, 1);
  }

  /** Along two axes, which are treated alike. */
  default Tensor convTranspose2d(
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int outputPadding,
      int groups,
      int dilation) {
    return TransposedConvolutions.conv(
        2, (Tensor) this, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  /** Along two axes, with a stride, padding, output padding and dilation for each. */
  default Tensor convTranspose2d(
      Tensor weight,
      @Nullable Tensor bias,
      int[] stride,
      int[] padding,
      int[] outputPadding,
      int groups,
      int[] dilation) {
    return TransposedConvolutions.conv(
        2, (Tensor) this, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  /** Along three axes, with stride 1, no padding and no bias. */
  default Tensor convTranspose3d(Tensor weight) {
    return convTranspose3d(weight, null);
  }

  /** Along three axes, with stride 1 and no padding. */
  default Tensor convTranspose3d(Tensor weight, @Nullable Tensor bias) {
    return convTranspose3d(weight, bias, 1);
  }

  /** Along three axes, with a stride and no padding. */
  default Tensor convTranspose3d(Tensor weight, @Nullable Tensor bias, int stride) {
    return convTranspose3d(weight, bias, stride, 0);
  }

  /** Along three axes, with a stride and padding. */
  default Tensor convTranspose3d(Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return convTranspose3d(weight, bias, stride, padding, 0, 1, 1);
  }

  /** Along three axes, which are treated alike. */
  default Tensor convTranspose3d(
      Tensor weight,
      @Nullable Tensor bias,
      int stride,
      int padding,
      int outputPadding,
      int groups,
      int dilation) {
    return TransposedConvolutions.conv(
        3, (Tensor) this, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  /** Along three axes, with a stride, padding, output padding and dilation for each. */
  default Tensor convTranspose3d(
      Tensor weight,
      @Nullable Tensor bias,
      int[] stride,
      int[] padding,
      int[] outputPadding,
      int groups,
      int[] dilation) {
    return TransposedConvolutions.conv(
        3, (Tensor) this, weight, bias, stride, padding, outputPadding, groups, dilation);
  }
}
