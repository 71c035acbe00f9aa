package dev.adjoint.fft;

import dev.adjoint.ComplexTensor;
import dev.adjoint.Tensor;

/**
 * Discrete Fourier transforms along one axis, with the names and meaning of {@code torch.fft}.
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
 * <p>Transforms are products with small matrices, so they run on every device, and their gradients of every order are transforms.
 * The relative error is of the order of the type's rounding times log n. Errors name the function, sizes and rule.
 */
public final class Fft {
  /** The default norm. */
  static final String BACKWARD = "backward";

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

  /**
   * The transform of n numbers along an axis.
   *
   * @throws IllegalArgumentException if n is not positive, there is no such axis, or no such norm
   */
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

  /**
   * The inverse transform of n numbers along an axis.
   *
   * @throws IllegalArgumentException if n is not positive, there is no such axis, or no such norm
   */
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

  /**
   * The first {@code n / 2 + 1} results of the transform of n real numbers along an axis.
   *
   * @throws IllegalArgumentException if n is not positive, there is no such axis, or no such norm
   */
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
   *
   * @throws IllegalArgumentException if n is not positive, there is no such axis, or no such norm
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
   *
   * @throws IllegalArgumentException if n is not positive, there is no such axis, or no such norm
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

  /**
   * The first {@code n / 2 + 1} results of the inverse transform of n real numbers along an axis.
   *
   * @throws IllegalArgumentException if n is not positive, there is no such axis, or no such norm
   */
  public static ComplexTensor ihfft(Tensor x, int n, int axis, String norm) {
    return Along.of("ihfft", x, n, axis).halfFromReal(norm, true);
  }
}
