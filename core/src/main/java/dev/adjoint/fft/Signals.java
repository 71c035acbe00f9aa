package dev.adjoint.fft;

import dev.adjoint.ComplexTensor;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/**
 * Short-time Fourier transforms and their windows, with the names, defaults and meaning of PyTorch.
 *
 * <p>A signal is cut into frames of {@code nFft} samples that begin {@code hopLength} apart. Each is multiplied by a window of
 * {@code winLength} samples, in the middle of the frame; without one, these samples count as they are. Frames are views of the
 * signal. Half of a spectrum is enough for real signals; those of complex ones are whole.
 */
public final class Signals {
  private Signals() {}

  /** Hann's window of n samples, as part of a periodic signal. */
  public static Tensor hannWindow(int n) {
    return hannWindow(n, true);
  }

  /** Hann's window: {@code (1 - cos(2 pi i / m)) / 2}, where m is n for a periodic window and n - 1 for a symmetric one. */
  public static Tensor hannWindow(int n, boolean periodic) {
    return window("hannWindow", n, periodic, 0.5, 0.5);
  }

  /** Hamming's window of n samples, as part of a periodic signal. */
  public static Tensor hammingWindow(int n) {
    return hammingWindow(n, true);
  }

  /** Hamming's window: {@code 0.54 - 0.46 cos(2 pi i / m)}, where m is n for a periodic window and n - 1 for a symmetric one. */
  public static Tensor hammingWindow(int n, boolean periodic) {
    return hammingWindow(n, periodic, 0.54);
  }

  /** The window {@code alpha - 0.46 cos(2 pi i / m)}, see {@link #hammingWindow(int, boolean)}. */
  public static Tensor hammingWindow(int n, boolean periodic, double alpha) {
    return hammingWindow(n, periodic, alpha, 0.46);
  }

  /** The window {@code alpha - beta cos(2 pi i / m)}, see {@link #hammingWindow(int, boolean)}. */
  public static Tensor hammingWindow(int n, boolean periodic, double alpha, double beta) {
    return window("hammingWindow", n, periodic, alpha, beta);
  }

  private static Tensor window(String op, int n, boolean periodic, double alpha, double beta) {
    if (n < 0) {
      throw OpError.of(op, "the size must not be negative, it is " + n);
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      double angle = 2 * Math.PI * i / (periodic ? n : n - 1);
      values[i] = n == 1 ? 1 : alpha - beta * Math.cos(angle);
    }
    return Tensors.of(values, n);
  }

  /** Spectra [..., nFft / 2 + 1, frames] of frames that begin a quarter of nFft apart. */
  public static ComplexTensor stft(Tensor x, int nFft) {
    return stft(x, nFft, nFft / 4, nFft, null);
  }

  /** Spectra [..., nFft / 2 + 1, frames] of frames with a window. */
  public static ComplexTensor stft(
      Tensor x, int nFft, int hopLength, int winLength, @Nullable Tensor window) {
    return stft(x, nFft, hopLength, winLength, window, true, "reflect", false, true);
  }

  /**
   * The spectra of the frames of signals [time] or [batch, time], along the last axis of the result.
   *
   * @param center whether frames have their middle, not their beginning, at multiples of the hop: the signal is padded by half of
   *     nFft
   * @param padMode how it is padded, as in {@link Tensor#pad(int[], String)}
   * @param normalized whether spectra are divided by the root of nFft
   * @param onesided whether there is only the half of each spectrum of which the other half are conjugates
   * @throws IllegalArgumentException if sizes are not positive or do not fit
   */
  public static ComplexTensor stft(
      Tensor x,
      int nFft,
      int hopLength,
      int winLength,
      @Nullable Tensor window,
      boolean center,
      String padMode,
      boolean normalized,
      boolean onesided) {
    Frames frames = Frames.of("stft", x, nFft, hopLength, winLength, window, center);
    Tensor cut = frames.cut(x, padMode);
    ComplexTensor spectra =
        onesided
            ? Fft.rfft(cut, nFft, -1, norm(normalized))
            : Along.of("stft", cut).fromReal(norm(normalized), false);
    return turned(spectra);
  }

  /** Spectra [..., nFft, frames] of frames of complex numbers that begin a quarter of nFft apart. */
  public static ComplexTensor stft(ComplexTensor x, int nFft) {
    return stft(x, nFft, nFft / 4, nFft, null);
  }

  /** Spectra [..., nFft, frames] of frames of complex numbers with a window. */
  public static ComplexTensor stft(
      ComplexTensor x, int nFft, int hopLength, int winLength, @Nullable Tensor window) {
    return stft(x, nFft, hopLength, winLength, window, true, "reflect", false);
  }

  /**
   * The whole spectra of the frames of signals of complex numbers; arguments are those of {@link #stft(Tensor, int, int, int,
   * Tensor, boolean, String, boolean, boolean)}.
   */
  public static ComplexTensor stft(
      ComplexTensor x,
      int nFft,
      int hopLength,
      int winLength,
      @Nullable Tensor window,
      boolean center,
      String padMode,
      boolean normalized) {
    Frames frames = Frames.of("stft", x.real(), nFft, hopLength, winLength, window, center);
    ComplexTensor cut = x.each(part -> frames.cut(part, padMode));
    return turned(Fft.fft(cut, nFft, -1, norm(normalized)));
  }

  /** The signals that have the given spectra of frames a quarter of nFft apart. */
  public static Tensor istft(ComplexTensor x, int nFft) {
    return istft(x, nFft, nFft / 4, nFft, null);
  }

  /** The signals that have the given spectra of frames with a window. */
  public static Tensor istft(
      ComplexTensor x, int nFft, int hopLength, int winLength, @Nullable Tensor window) {
    return istft(x, nFft, hopLength, winLength, window, true, false, true, -1);
  }

  /**
   * The signals [time] or [batch, time] whose spectra [..., frequencies, frames] come nearest to the given ones: frames times the
   * window, added up and divided by the sum of the squares of the windows, which is computed at the call.
   *
   * @param center whether frames have their middle at multiples of the hop: half of nFft is cut off at both ends
   * @param normalized whether spectra were divided by the root of nFft
   * @param onesided whether only half of each spectrum is given; of a whole one, the first half counts
   * @param length the samples of a signal, which is cut or padded with zeros; -1 for as many as there are
   * @throws IllegalArgumentException if sizes are not positive or do not fit, or no window covers a sample
   */
  public static Tensor istft(
      ComplexTensor x,
      int nFft,
      int hopLength,
      int winLength,
      @Nullable Tensor window,
      boolean center,
      boolean normalized,
      boolean onesided,
      int length) {
    requireSpectra(x, onesided ? nFft / 2 + 1 : nFft);
    Frames frames = Frames.of("istft", x.real(), nFft, hopLength, winLength, window, center);
    return frames.joiner(x.dim(-1), length).apply(Fft.irfft(turned(x), nFft, -1, norm(normalized)));
  }

  /** The signals of complex numbers that have the given whole spectra of frames a quarter of nFft apart. */
  public static ComplexTensor istftComplex(ComplexTensor x, int nFft) {
    return istftComplex(x, nFft, nFft / 4, nFft, null);
  }

  /** The signals of complex numbers that have the given whole spectra of frames with a window. */
  public static ComplexTensor istftComplex(
      ComplexTensor x, int nFft, int hopLength, int winLength, @Nullable Tensor window) {
    return istftComplex(x, nFft, hopLength, winLength, window, true, false, -1);
  }

  /**
   * The signals of complex numbers whose whole spectra come nearest to the given ones: PyTorch's {@code istft} with {@code
   * return_complex}. Arguments are those of {@link #istft(ComplexTensor, int, int, int, Tensor, boolean, boolean, boolean, int)}.
   */
  public static ComplexTensor istftComplex(
      ComplexTensor x,
      int nFft,
      int hopLength,
      int winLength,
      @Nullable Tensor window,
      boolean center,
      boolean normalized,
      int length) {
    requireSpectra(x, nFft);
    Frames frames = Frames.of("istft", x.real(), nFft, hopLength, winLength, window, center);
    return Fft.ifft(turned(x), nFft, -1, norm(normalized)).each(frames.joiner(x.dim(-1), length));
  }

  private static void requireSpectra(ComplexTensor x, int count) {
    if ((x.rank() != 2 && x.rank() != 3) || x.dim(-2) != count || x.dim(-1) == 0) {
      throw OpError.of(
          "istft",
          "needs [frequencies, frames] or [batch, frequencies, frames] with "
              + count
              + " frequencies and at least one frame, not shape "
              + x.shape());
    }
  }

  private static ComplexTensor turned(ComplexTensor x) {
    return x.each(part -> part.transpose(-1, -2));
  }

  private static String norm(boolean normalized) {
    return normalized ? "ortho" : "backward";
  }
}
