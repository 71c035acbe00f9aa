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
 * is shorter is padded with zeros. Without an axis it is the last one. A norm says what a transform is divided by:
 *
 * <ul>
 *   <li>{@code "backward"}, the default: forward transforms by 1, inverse ones by n;
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
  private static final String BACKWARD = "backward";

  private static final int[] LAST_TWO = {-2, -1};

  private Fft() {}

  /** The transform of real numbers: {@code X[k] = sum_j x[j] exp(-2 pi i j k / n)}. */
  public static ComplexTensor fft(Tensor x) {
    return Along.of("fft", x).fromReal(BACKWARD, false);
  }

  /** The transform: {@code X[k] = sum_j x[j] exp(-2 pi i j k / n)}. */
  public static ComplexTensor fft(ComplexTensor x) {
    return fft(x, Along.size("fft", x.real(), -1));
  }

  /** The transform of n numbers. */
  public static ComplexTensor fft(ComplexTensor x, int n) {
    return fft(x, n, -1, BACKWARD);
  }

  /** The transform of n numbers along an axis. */
  public static ComplexTensor fft(ComplexTensor x, int n, int axis, String norm) {
    return Along.of("fft", x.real(), n, axis).complex(x, norm, false);
  }

  /** The inverse transform of real numbers: {@code x[j] = sum_k X[k] exp(2 pi i j k / n) / n}. */
  public static ComplexTensor ifft(Tensor x) {
    return Along.of("ifft", x).fromReal(BACKWARD, true);
  }

  /** The inverse transform: {@code x[j] = sum_k X[k] exp(2 pi i j k / n) / n}. */
  public static ComplexTensor ifft(ComplexTensor x) {
    return ifft(x, Along.size("ifft", x.real(), -1));
  }

  /** The inverse transform of n numbers. */
  public static ComplexTensor ifft(ComplexTensor x, int n) {
    return ifft(x, n, -1, BACKWARD);
  }

  /** The inverse transform of n numbers along an axis. */
  public static ComplexTensor ifft(ComplexTensor x, int n, int axis, String norm) {
    return Along.of("ifft", x.real(), n, axis).complex(x, norm, true);
  }

  /** The transform of real numbers: the {@code n / 2 + 1} results of which the others are conjugates. */
  public static ComplexTensor rfft(Tensor x) {
    return rfft(x, Along.size("rfft", x, -1));
  }

  /** The first {@code n / 2 + 1} results of the transform of n real numbers. */
  public static ComplexTensor rfft(Tensor x, int n) {
    return rfft(x, n, -1, BACKWARD);
  }

  /** The first {@code n / 2 + 1} results of the transform of n real numbers along an axis. */
  public static ComplexTensor rfft(Tensor x, int n, int axis, String norm) {
    return Along.of("rfft", x, n, axis).halfFromReal(norm, false);
  }

  /** The {@code 2 (m - 1)} real numbers whose {@link #rfft(Tensor)} has the given m results. */
  public static Tensor irfft(ComplexTensor x) {
    return irfft(x, 2 * (Along.size("irfft", x.real(), -1) - 1));
  }

  /** The n real numbers whose {@link #rfft(Tensor)} has the given results. */
  public static Tensor irfft(ComplexTensor x, int n) {
    return irfft(x, n, -1, BACKWARD);
  }

  /**
   * The n real numbers whose transform along an axis has the given {@code n / 2 + 1} first results. Imaginary parts that such
   * results cannot have, those of the first one and for an even n of the last one, count as 0.
   */
  public static Tensor irfft(ComplexTensor x, int n, int axis, String norm) {
    return Along.of("irfft", x.real(), n / 2 + 1, axis).toReal(x.conj(), n, norm, true);
  }

  /** The transform of {@code 2 (m - 1)} numbers of which m are given and the others are conjugates: it is real. */
  public static Tensor hfft(ComplexTensor x) {
    return hfft(x, 2 * (Along.size("hfft", x.real(), -1) - 1));
  }

  /** The transform, which is real, of n numbers of which the first half is given and the other half are conjugates. */
  public static Tensor hfft(ComplexTensor x, int n) {
    return hfft(x, n, -1, BACKWARD);
  }

  /**
   * The transform along an axis, which is real, of n numbers of which the first {@code n / 2 + 1} are given and the others are
   * conjugates.
   */
  public static Tensor hfft(ComplexTensor x, int n, int axis, String norm) {
    return Along.of("hfft", x.real(), n / 2 + 1, axis).toReal(x, n, norm, false);
  }

  /** The inverse of {@link #hfft(ComplexTensor)}: {@code n / 2 + 1} numbers of which the others are conjugates. */
  public static ComplexTensor ihfft(Tensor x) {
    return ihfft(x, Along.size("ihfft", x, -1));
  }

  /** The first {@code n / 2 + 1} results of the inverse transform of n real numbers. */
  public static ComplexTensor ihfft(Tensor x, int n) {
    return ihfft(x, n, -1, BACKWARD);
  }

  /** The first {@code n / 2 + 1} results of the inverse transform of n real numbers along an axis. */
  public static ComplexTensor ihfft(Tensor x, int n, int axis, String norm) {
    return Along.of("ihfft", x, n, axis).halfFromReal(norm, true);
  }

  /** The transform along the last two axes. */
  public static ComplexTensor fft2(ComplexTensor x) {
    return fft2(x, null, LAST_TWO, BACKWARD);
  }

  /** The transform along two axes. */
  public static ComplexTensor fft2(ComplexTensor x, int @Nullable [] s, int[] axes, String norm) {
    return new AlongAxes("fft2", x.shape(), s, axes).complex(x, norm, false);
  }

  /** The transform along all axes. */
  public static ComplexTensor fftn(ComplexTensor x) {
    return fftn(x, null, null, BACKWARD);
  }

  /** The transform along axes. */
  public static ComplexTensor fftn(
      ComplexTensor x, int @Nullable [] s, int @Nullable [] axes, String norm) {
    return new AlongAxes("fftn", x.shape(), s, axes).complex(x, norm, false);
  }

  /** The inverse transform along the last two axes. */
  public static ComplexTensor ifft2(ComplexTensor x) {
    return ifft2(x, null, LAST_TWO, BACKWARD);
  }

  /** The inverse transform along two axes. */
  public static ComplexTensor ifft2(ComplexTensor x, int @Nullable [] s, int[] axes, String norm) {
    return new AlongAxes("ifft2", x.shape(), s, axes).complex(x, norm, true);
  }

  /** The inverse transform along all axes. */
  public static ComplexTensor ifftn(ComplexTensor x) {
    return ifftn(x, null, null, BACKWARD);
  }

  /** The inverse transform along axes. */
  public static ComplexTensor ifftn(
      ComplexTensor x, int @Nullable [] s, int @Nullable [] axes, String norm) {
    return new AlongAxes("ifftn", x.shape(), s, axes).complex(x, norm, true);
  }

  /** The transform of real numbers along the last two axes: half of the results along the last one. */
  public static ComplexTensor rfft2(Tensor x) {
    return rfft2(x, null, LAST_TWO, BACKWARD);
  }

  /** The transform of real numbers along two axes: half of the results along the last one. */
  public static ComplexTensor rfft2(Tensor x, int @Nullable [] s, int[] axes, String norm) {
    return new AlongAxes("rfft2", x.shape(), s, axes).half(x, norm);
  }

  /** The transform of real numbers along all axes: half of the results along the last one. */
  public static ComplexTensor rfftn(Tensor x) {
    return rfftn(x, null, null, BACKWARD);
  }

  /** The transform of real numbers along axes: half of the results along the last one. */
  public static ComplexTensor rfftn(
      Tensor x, int @Nullable [] s, int @Nullable [] axes, String norm) {
    return new AlongAxes("rfftn", x.shape(), s, axes).half(x, norm);
  }

  /** The real numbers whose transform is given along the last two axes: half of it along the last one. */
  public static Tensor irfft2(ComplexTensor x) {
    return irfft2(x, null, LAST_TWO, BACKWARD);
  }

  /** The real numbers whose transform is given along two axes: half of it along the last one. */
  public static Tensor irfft2(ComplexTensor x, int @Nullable [] s, int[] axes, String norm) {
    var along = new AlongAxes("irfft2", x.shape(), s, axes);
    return along.real(x, along.realSize(s), norm);
  }

  /** The real numbers whose transform is given along all axes: half of it along the last one. */
  public static Tensor irfftn(ComplexTensor x) {
    return irfftn(x, null, null, BACKWARD);
  }

  /** The real numbers whose transform is given along axes: half of it along the last one. */
  public static Tensor irfftn(
      ComplexTensor x, int @Nullable [] s, int @Nullable [] axes, String norm) {
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

  /** Results with frequency 0 moved to the middle of axes, or of all of them; {@code x.each(Fft::fftshift)} for complex ones. */
  public static Tensor fftshift(Tensor x, int... axes) {
    return shifted("fftshift", x, axes, false);
  }

  /** Undoes {@link #fftshift}. */
  public static Tensor ifftshift(Tensor x, int... axes) {
    return shifted("ifftshift", x, axes, true);
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
