package dev.adjoint.fft;

import dev.adjoint.ComplexTensor;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.ops.ShapeMath;
import org.jspecify.annotations.Nullable;

/**
 * Discrete Fourier transforms with the names and meaning of {@code torch.fft}.
 *
 * <p>Numbers are f32 or f64; integers become the default type. {@code n} is the size along the axis: what is longer is cut, what
 * is shorter is padded with zeros; null is the size that there is. Without an axis it is the last one. A norm says what a
 * transform is divided by:
 *
 * <ul>
 *   <li>{@code "backward"}, the default, as null: forward transforms by 1, inverse ones by n;
 *   <li>{@code "ortho"}: both by the root of n;
 *   <li>{@code "forward"}: forward transforms by n, inverse ones by 1.
 * </ul>
 *
 * <p>Along several axes, those are given as {@code axes} and their sizes as {@code s}, where null stands for the default and -1
 * for a size that stays. What is divided by n is then divided by the product of all n.
 *
 * <p>Transforms are products with small matrices, so they run on every device, and their gradients of every order are transforms.
 * The relative error is of the order of the type's rounding times log n. Bad sizes, axes and norms are an
 * {@link IllegalArgumentException} that names the function.
 */
public final class Fft {
  private static final int[] LAST_TWO = {-2, -1};

  private Fft() {}

  /** The transform of real numbers: {@code X[k] = sum_j x[j] exp(-2 pi i j k / n)}. */
  public static ComplexTensor fft(Tensor x) {
    return fft(x, null, -1, null);
  }

  /** The transform of n real numbers. */
  public static ComplexTensor fft(Tensor x, int n) {
    return fft(x, n, -1, null);
  }

  /** The transform of n real numbers along an axis. */
  public static ComplexTensor fft(Tensor x, @Nullable Integer n, int axis) {
    return fft(x, n, axis, null);
  }

  /** The transform of n real numbers along an axis, with a norm. */
  public static ComplexTensor fft(Tensor x, @Nullable Integer n, int axis, @Nullable String norm) {
    return Along.of("fft", x, n, axis).fromReal(norm, false);
  }

  /** The transform: {@code X[k] = sum_j x[j] exp(-2 pi i j k / n)}. */
  public static ComplexTensor fft(ComplexTensor x) {
    return fft(x, null, -1, null);
  }

  /** The transform of n numbers. */
  public static ComplexTensor fft(ComplexTensor x, int n) {
    return fft(x, n, -1, null);
  }

  /** The transform of n numbers along an axis. */
  public static ComplexTensor fft(ComplexTensor x, @Nullable Integer n, int axis) {
    return fft(x, n, axis, null);
  }

  /** The transform of n numbers along an axis, with a norm. */
  public static ComplexTensor fft(
      ComplexTensor x, @Nullable Integer n, int axis, @Nullable String norm) {
    return Along.of("fft", x.real(), n, axis).complex(x, norm, false);
  }

  /** The inverse transform of real numbers: {@code x[j] = sum_k X[k] exp(2 pi i j k / n) / n}. */
  public static ComplexTensor ifft(Tensor x) {
    return ifft(x, null, -1, null);
  }

  /** The inverse transform of n real numbers. */
  public static ComplexTensor ifft(Tensor x, int n) {
    return ifft(x, n, -1, null);
  }

  /** The inverse transform of n real numbers along an axis. */
  public static ComplexTensor ifft(Tensor x, @Nullable Integer n, int axis) {
    return ifft(x, n, axis, null);
  }

  /** The inverse transform of n real numbers along an axis, with a norm. */
  public static ComplexTensor ifft(Tensor x, @Nullable Integer n, int axis, @Nullable String norm) {
    return Along.of("ifft", x, n, axis).fromReal(norm, true);
  }

  /** The inverse transform: {@code x[j] = sum_k X[k] exp(2 pi i j k / n) / n}. */
  public static ComplexTensor ifft(ComplexTensor x) {
    return ifft(x, null, -1, null);
  }

  /** The inverse transform of n numbers. */
  public static ComplexTensor ifft(ComplexTensor x, int n) {
    return ifft(x, n, -1, null);
  }

  /** The inverse transform of n numbers along an axis. */
  public static ComplexTensor ifft(ComplexTensor x, @Nullable Integer n, int axis) {
    return ifft(x, n, axis, null);
  }

  /** The inverse transform of n numbers along an axis, with a norm. */
  public static ComplexTensor ifft(
      ComplexTensor x, @Nullable Integer n, int axis, @Nullable String norm) {
    return Along.of("ifft", x.real(), n, axis).complex(x, norm, true);
  }

  /** The transform of real numbers: the {@code n / 2 + 1} results of which the others are conjugates. */
  public static ComplexTensor rfft(Tensor x) {
    return rfft(x, null, -1, null);
  }

  /** The first {@code n / 2 + 1} results of the transform of n real numbers. */
  public static ComplexTensor rfft(Tensor x, int n) {
    return rfft(x, n, -1, null);
  }

  /** The first {@code n / 2 + 1} results of the transform of n real numbers along an axis. */
  public static ComplexTensor rfft(Tensor x, @Nullable Integer n, int axis) {
    return rfft(x, n, axis, null);
  }

  /** The first {@code n / 2 + 1} results of the transform of n real numbers along an axis, with a norm. */
  public static ComplexTensor rfft(Tensor x, @Nullable Integer n, int axis, @Nullable String norm) {
    return Along.of("rfft", x, n, axis).halfFromReal(norm, false);
  }

  /** The {@code 2 (m - 1)} real numbers whose {@link #rfft(Tensor)} has the given m results. */
  public static Tensor irfft(ComplexTensor x) {
    return irfft(x, null, -1, null);
  }

  /** The n real numbers whose {@link #rfft(Tensor)} has the given results. */
  public static Tensor irfft(ComplexTensor x, int n) {
    return irfft(x, n, -1, null);
  }

  /** The n real numbers whose {@link #rfft(Tensor)} has the given results along an axis. */
  public static Tensor irfft(ComplexTensor x, @Nullable Integer n, int axis) {
    return irfft(x, n, axis, null);
  }

  /**
   * The n real numbers, or {@code 2 (m - 1)}, whose transform along an axis has the given m first results. Imaginary parts that
   * such results cannot have, those of the first one and for an even n of the last one, count as 0.
   */
  public static Tensor irfft(
      ComplexTensor x, @Nullable Integer n, int axis, @Nullable String norm) {
    int size = realSize("irfft", x, n, axis);
    return Along.of("irfft", x.real(), size / 2 + 1, axis).toReal(x.conj(), size, norm, true);
  }

  /** The transform of {@code 2 (m - 1)} numbers of which m are given and the others are conjugates: it is real. */
  public static Tensor hfft(ComplexTensor x) {
    return hfft(x, null, -1, null);
  }

  /** The transform, which is real, of n numbers of which the first half is given and the other half are conjugates. */
  public static Tensor hfft(ComplexTensor x, int n) {
    return hfft(x, n, -1, null);
  }

  /**
   * The transform, which is real, of n numbers of which the first half is given and the other half are conjugates along an axis.
   */
  public static Tensor hfft(ComplexTensor x, @Nullable Integer n, int axis) {
    return hfft(x, n, axis, null);
  }

  /**
   * The transform along an axis, which is real, of n numbers, or {@code 2 (m - 1)}, of which the first m are given and the others
   * are conjugates.
   */
  public static Tensor hfft(ComplexTensor x, @Nullable Integer n, int axis, @Nullable String norm) {
    int size = realSize("hfft", x, n, axis);
    return Along.of("hfft", x.real(), size / 2 + 1, axis).toReal(x, size, norm, false);
  }

  /** The inverse of {@link #hfft(ComplexTensor)}: {@code n / 2 + 1} numbers of which the others are conjugates. */
  public static ComplexTensor ihfft(Tensor x) {
    return ihfft(x, null, -1, null);
  }

  /** The first {@code n / 2 + 1} results of the inverse transform of n real numbers. */
  public static ComplexTensor ihfft(Tensor x, int n) {
    return ihfft(x, n, -1, null);
  }

  /** The first {@code n / 2 + 1} results of the inverse transform of n real numbers along an axis. */
  public static ComplexTensor ihfft(Tensor x, @Nullable Integer n, int axis) {
    return ihfft(x, n, axis, null);
  }

  /** The first {@code n / 2 + 1} results of the inverse transform of n real numbers along an axis, with a norm. */
  public static ComplexTensor ihfft(
      Tensor x, @Nullable Integer n, int axis, @Nullable String norm) {
    return Along.of("ihfft", x, n, axis).halfFromReal(norm, true);
  }

  /** The transform of real numbers along the last two axes. */
  public static ComplexTensor fft2(Tensor x) {
    return fft2(x, null);
  }

  /** The transform of real numbers along the last two axes, of given sizes. */
  public static ComplexTensor fft2(Tensor x, int @Nullable [] s) {
    return fft2(x, s, LAST_TWO);
  }

  /** The transform of real numbers along axes, of given sizes. */
  public static ComplexTensor fft2(Tensor x, int @Nullable [] s, int[] axes) {
    return fft2(x, s, axes, null);
  }

  /** The transform of real numbers along axes, of given sizes and with a norm. */
  public static ComplexTensor fft2(
      Tensor x, int @Nullable [] s, int[] axes, @Nullable String norm) {
    return new AlongAxes("fft2", x.shape(), s, axes).ofReal(x, norm, false);
  }

  /** The transform along the last two axes. */
  public static ComplexTensor fft2(ComplexTensor x) {
    return fft2(x, null);
  }

  /** The transform along the last two axes, of given sizes. */
  public static ComplexTensor fft2(ComplexTensor x, int @Nullable [] s) {
    return fft2(x, s, LAST_TWO);
  }

  /** The transform along axes, of given sizes. */
  public static ComplexTensor fft2(ComplexTensor x, int @Nullable [] s, int[] axes) {
    return fft2(x, s, axes, null);
  }

  /** The transform along axes, of given sizes and with a norm. */
  public static ComplexTensor fft2(
      ComplexTensor x, int @Nullable [] s, int[] axes, @Nullable String norm) {
    return new AlongAxes("fft2", x.shape(), s, axes).complex(x, norm, false);
  }

  /** The inverse transform of real numbers along the last two axes. */
  public static ComplexTensor ifft2(Tensor x) {
    return ifft2(x, null);
  }

  /** The inverse transform of real numbers along the last two axes, of given sizes. */
  public static ComplexTensor ifft2(Tensor x, int @Nullable [] s) {
    return ifft2(x, s, LAST_TWO);
  }

  /** The inverse transform of real numbers along axes, of given sizes. */
  public static ComplexTensor ifft2(Tensor x, int @Nullable [] s, int[] axes) {
    return ifft2(x, s, axes, null);
  }

  /** The inverse transform of real numbers along axes, of given sizes and with a norm. */
  public static ComplexTensor ifft2(
      Tensor x, int @Nullable [] s, int[] axes, @Nullable String norm) {
    return new AlongAxes("ifft2", x.shape(), s, axes).ofReal(x, norm, true);
  }

  /** The inverse transform along the last two axes. */
  public static ComplexTensor ifft2(ComplexTensor x) {
    return ifft2(x, null);
  }

  /** The inverse transform along the last two axes, of given sizes. */
  public static ComplexTensor ifft2(ComplexTensor x, int @Nullable [] s) {
    return ifft2(x, s, LAST_TWO);
  }

  /** The inverse transform along axes, of given sizes. */
  public static ComplexTensor ifft2(ComplexTensor x, int @Nullable [] s, int[] axes) {
    return ifft2(x, s, axes, null);
  }

  /** The inverse transform along axes, of given sizes and with a norm. */
  public static ComplexTensor ifft2(
      ComplexTensor x, int @Nullable [] s, int[] axes, @Nullable String norm) {
    return new AlongAxes("ifft2", x.shape(), s, axes).complex(x, norm, true);
  }

  /** The transform of real numbers along the last two axes: half of the results along the last one. */
  public static ComplexTensor rfft2(Tensor x) {
    return rfft2(x, null);
  }

  /** The transform of real numbers along the last two axes, of given sizes: half of the results along the last one. */
  public static ComplexTensor rfft2(Tensor x, int @Nullable [] s) {
    return rfft2(x, s, LAST_TWO);
  }

  /** The transform of real numbers along axes, of given sizes: half of the results along the last one. */
  public static ComplexTensor rfft2(Tensor x, int @Nullable [] s, int[] axes) {
    return rfft2(x, s, axes, null);
  }

  /** The transform of real numbers along axes, of given sizes and with a norm: half of the results along the last one. */
  public static ComplexTensor rfft2(
      Tensor x, int @Nullable [] s, int[] axes, @Nullable String norm) {
    return new AlongAxes("rfft2", x.shape(), s, axes).half(x, norm);
  }

  /** The real numbers whose transform is given along the last two axes: half of it along the last one. */
  public static Tensor irfft2(ComplexTensor x) {
    return irfft2(x, null);
  }

  /** The real numbers whose transform is given along the last two axes, of given sizes: half of it along the last one. */
  public static Tensor irfft2(ComplexTensor x, int @Nullable [] s) {
    return irfft2(x, s, LAST_TWO);
  }

  /** The real numbers whose transform is given along axes, of given sizes: half of it along the last one. */
  public static Tensor irfft2(ComplexTensor x, int @Nullable [] s, int[] axes) {
    return irfft2(x, s, axes, null);
  }

  /** The real numbers whose transform is given along axes, of given sizes and with a norm: half of it along the last one. */
  public static Tensor irfft2(
      ComplexTensor x, int @Nullable [] s, int[] axes, @Nullable String norm) {
    var along = new AlongAxes("irfft2", x.shape(), s, axes);
    return along.real(x, along.realSize(s), norm);
  }

  /** The transform of real numbers along all axes. */
  public static ComplexTensor fftn(Tensor x) {
    return fftn(x, null);
  }

  /** The transform of real numbers along the last axes, of given sizes. */
  public static ComplexTensor fftn(Tensor x, int @Nullable [] s) {
    return fftn(x, s, null);
  }

  /** The transform of real numbers along axes, of given sizes. */
  public static ComplexTensor fftn(Tensor x, int @Nullable [] s, int @Nullable [] axes) {
    return fftn(x, s, axes, null);
  }

  /** The transform of real numbers along axes, of given sizes and with a norm. */
  public static ComplexTensor fftn(
      Tensor x, int @Nullable [] s, int @Nullable [] axes, @Nullable String norm) {
    return new AlongAxes("fftn", x.shape(), s, axes).ofReal(x, norm, false);
  }

  /** The transform along all axes. */
  public static ComplexTensor fftn(ComplexTensor x) {
    return fftn(x, null);
  }

  /** The transform along the last axes, of given sizes. */
  public static ComplexTensor fftn(ComplexTensor x, int @Nullable [] s) {
    return fftn(x, s, null);
  }

  /** The transform along axes, of given sizes. */
  public static ComplexTensor fftn(ComplexTensor x, int @Nullable [] s, int @Nullable [] axes) {
    return fftn(x, s, axes, null);
  }

  /** The transform along axes, of given sizes and with a norm. */
  public static ComplexTensor fftn(
      ComplexTensor x, int @Nullable [] s, int @Nullable [] axes, @Nullable String norm) {
    return new AlongAxes("fftn", x.shape(), s, axes).complex(x, norm, false);
  }

  /** The inverse transform of real numbers along all axes. */
  public static ComplexTensor ifftn(Tensor x) {
    return ifftn(x, null);
  }

  /** The inverse transform of real numbers along the last axes, of given sizes. */
  public static ComplexTensor ifftn(Tensor x, int @Nullable [] s) {
    return ifftn(x, s, null);
  }

  /** The inverse transform of real numbers along axes, of given sizes. */
  public static ComplexTensor ifftn(Tensor x, int @Nullable [] s, int @Nullable [] axes) {
    return ifftn(x, s, axes, null);
  }

  /** The inverse transform of real numbers along axes, of given sizes and with a norm. */
  public static ComplexTensor ifftn(
      Tensor x, int @Nullable [] s, int @Nullable [] axes, @Nullable String norm) {
    return new AlongAxes("ifftn", x.shape(), s, axes).ofReal(x, norm, true);
  }

  /** The inverse transform along all axes. */
  public static ComplexTensor ifftn(ComplexTensor x) {
    return ifftn(x, null);
  }

  /** The inverse transform along the last axes, of given sizes. */
  public static ComplexTensor ifftn(ComplexTensor x, int @Nullable [] s) {
    return ifftn(x, s, null);
  }

  /** The inverse transform along axes, of given sizes. */
  public static ComplexTensor ifftn(ComplexTensor x, int @Nullable [] s, int @Nullable [] axes) {
    return ifftn(x, s, axes, null);
  }

  /** The inverse transform along axes, of given sizes and with a norm. */
  public static ComplexTensor ifftn(
      ComplexTensor x, int @Nullable [] s, int @Nullable [] axes, @Nullable String norm) {
    return new AlongAxes("ifftn", x.shape(), s, axes).complex(x, norm, true);
  }

  /** The transform of real numbers along all axes: half of the results along the last one. */
  public static ComplexTensor rfftn(Tensor x) {
    return rfftn(x, null);
  }

  /** The transform of real numbers along the last axes, of given sizes: half of the results along the last one. */
  public static ComplexTensor rfftn(Tensor x, int @Nullable [] s) {
    return rfftn(x, s, null);
  }

  /** The transform of real numbers along axes, of given sizes: half of the results along the last one. */
  public static ComplexTensor rfftn(Tensor x, int @Nullable [] s, int @Nullable [] axes) {
    return rfftn(x, s, axes, null);
  }

  /** The transform of real numbers along axes, of given sizes and with a norm: half of the results along the last one. */
  public static ComplexTensor rfftn(
      Tensor x, int @Nullable [] s, int @Nullable [] axes, @Nullable String norm) {
    return new AlongAxes("rfftn", x.shape(), s, axes).half(x, norm);
  }

  /** The real numbers whose transform is given along all axes: half of it along the last one. */
  public static Tensor irfftn(ComplexTensor x) {
    return irfftn(x, null);
  }

  /** The real numbers whose transform is given along the last axes, of given sizes: half of it along the last one. */
  public static Tensor irfftn(ComplexTensor x, int @Nullable [] s) {
    return irfftn(x, s, null);
  }

  /** The real numbers whose transform is given along axes, of given sizes: half of it along the last one. */
  public static Tensor irfftn(ComplexTensor x, int @Nullable [] s, int @Nullable [] axes) {
    return irfftn(x, s, axes, null);
  }

  /** The real numbers whose transform is given along axes, of given sizes and with a norm: half of it along the last one. */
  public static Tensor irfftn(
      ComplexTensor x, int @Nullable [] s, int @Nullable [] axes, @Nullable String norm) {
    var along = new AlongAxes("irfftn", x.shape(), s, axes);
    return along.real(x, along.realSize(s), norm);
  }

  /** The frequencies of n results, in cycles per sample. */
  public static Tensor fftfreq(int n) {
    return fftfreq(n, 1);
  }

  /** The frequencies of n results of samples that are d apart: those from 0 up, then those below 0. */
  public static Tensor fftfreq(int n, double d) {
    Tensor up = Tensors.arange(n - n / 2);
    return Tensors.cat(0, up, Tensors.arange(-(n / 2), 0)).to(Scope.dtype()).mul(1 / (n * d));
  }

  /** The frequencies of the results of {@link #rfft(Tensor)}, in cycles per sample. */
  public static Tensor rfftfreq(int n) {
    return rfftfreq(n, 1);
  }

  /** The frequencies of the {@code n / 2 + 1} results for n real samples that are d apart. */
  public static Tensor rfftfreq(int n, double d) {
    return Tensors.arange(n / 2 + 1).to(Scope.dtype()).mul(1 / (n * d));
  }

  /** Results with frequency 0 moved to the middle of axes, or of all of them. */
  public static Tensor fftshift(Tensor x, int... axes) {
    return shifted("fftshift", x, axes, false);
  }

  /** Results with frequency 0 moved to the middle of axes, or of all of them. */
  public static ComplexTensor fftshift(ComplexTensor x, int... axes) {
    return x.each(part -> shifted("fftshift", part, axes, false));
  }

  /** Undoes {@link #fftshift(Tensor, int...)}. */
  public static Tensor ifftshift(Tensor x, int... axes) {
    return shifted("ifftshift", x, axes, true);
  }

  /** Undoes {@link #fftshift(ComplexTensor, int...)}. */
  public static ComplexTensor ifftshift(ComplexTensor x, int... axes) {
    return x.each(part -> shifted("ifftshift", part, axes, true));
  }

  /** How many real results there are: as many as said, or twice as many as there are numbers, but for two. */
  private static int realSize(String op, ComplexTensor x, @Nullable Integer n, int axis) {
    return n != null ? n : 2 * (Along.size(op, x.real(), axis) - 1);
  }

  private static Tensor shifted(String op, Tensor x, int[] axes, boolean back) {
    int[] along = axes.length == 0 ? ShapeMath.order(x.rank()) : axes;
    Tensor result = x;
    for (int axis : along) {
      int half = Along.size(op, x, axis) / 2;
      result = result.roll(back ? -half : half, axis);
    }
    return result;
  }
}
