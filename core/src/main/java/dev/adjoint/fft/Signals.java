package dev.adjoint.fft;

import dev.adjoint.ComplexTensor;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Fold;
import dev.adjoint.graph.OpError;
import dev.adjoint.ops.ShapeMath;
import org.jspecify.annotations.Nullable;

/**
 * Short-time Fourier transforms and their windows, with the names, defaults and meaning of PyTorch.
 *
 * <p>A signal is cut into frames of {@code nFft} samples that begin {@code hopLength} apart. Each is multiplied by a window of
 * {@code winLength} samples, in the middle of the frame; without one, these samples count as they are. Frames are views of the
 * signal.
 */
public final class Signals {
  /** A sum of squares of windows below this is 0. */
  private static final double NOTHING = 1e-11;

  private Signals() {}

  /** Hann's window of n samples, as part of a periodic signal. */
  public static Tensor hannWindow(int n) {
    return hannWindow(n, true);
  }

  /** Hann's window: {@code (1 - cos(2 pi i / m)) / 2}, where m is n for a periodic window and n - 1 for a symmetric one. */
  public static Tensor hannWindow(int n, boolean periodic) {
    return window("hannWindow", n, periodic, 0.5);
  }

  /** Hamming's window of n samples, as part of a periodic signal. */
  public static Tensor hammingWindow(int n) {
    return hammingWindow(n, true);
  }

  /** Hamming's window: {@code 0.54 - 0.46 cos(2 pi i / m)}, where m is n for a periodic window and n - 1 for a symmetric one. */
  public static Tensor hammingWindow(int n, boolean periodic) {
    return window("hammingWindow", n, periodic, 0.54);
  }

  private static Tensor window(String op, int n, boolean periodic, double mean) {
    if (n < 0) {
      throw OpError.of(op, "the size must not be negative, it is " + n);
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      double angle = 2 * Math.PI * i / (periodic ? n : n - 1);
      values[i] = n == 1 ? 1 : mean - (1 - mean) * Math.cos(angle);
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
    if (x.rank() != 1 && x.rank() != 2) {
      throw OpError.of("stft", "needs [time] or [batch, time], not shape " + x.shape());
    }
    Tensor weights = weights("stft", x, nFft, hopLength, winLength, window);
    int[] sides = {nFft / 2, nFft / 2};
    Tensor padded = center ? x.pad(sides, padMode) : x;
    if (padded.dim(-1) < nFft) {
      throw OpError.of(
          "stft", "frames of " + nFft + " samples do not fit signals of shape " + x.shape());
    }
    Tensor frames = padded.unfold(-1, nFft, hopLength).mul(weights);
    String norm = normalized ? "ortho" : "backward";
    ComplexTensor spectra =
        onesided
            ? Fft.rfft(frames, nFft, -1, norm)
            : Along.of("stft", frames).fromReal(norm, false);
    return spectra.each(part -> part.transpose(-1, -2));
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
    int count = onesided ? nFft / 2 + 1 : nFft;
    if ((x.rank() != 2 && x.rank() != 3) || x.dim(-2) != count || x.dim(-1) == 0) {
      throw OpError.of(
          "istft",
          "needs [frequencies, frames] or [batch, frequencies, frames] with "
              + count
              + " frequencies and at least one frame, not shape "
              + x.shape());
    }
    Tensor weights = weights("istft", x.real(), nFft, hopLength, winLength, window);
    String norm = normalized ? "ortho" : "backward";
    ComplexTensor spectra =
        (x.rank() == 2 ? x.each(part -> part.unsqueeze(0)) : x).each(part -> part.transpose(1, 2));
    Tensor frames = Fft.irfft(spectra, nFft, 2, norm);
    Tensor squares = weights.square().broadcastTo(1, frames.dim(1), nFft);
    int whole = ShapeMath.size("istft", nFft + (long) hopLength * (frames.dim(1) - 1));
    int start = center ? nFft / 2 : 0;
    int end = length >= 0 ? Math.min(whole, start + length) : whole - start;
    Tensor envelope = added(squares, hopLength, whole).slice(1, start, end);
    if (end <= start || envelope.detach().min().item() < NOTHING) {
      throw OpError.of(
          "istft",
          "no window covers some of the samples "
              + start
              + " to "
              + (end - 1)
              + " of "
              + frames.dim(1)
              + " frames of "
              + nFft
              + " samples, "
              + hopLength
              + " apart");
    }
    Tensor signals =
        added(frames.mul(weights), hopLength, whole).slice(1, start, end).div(envelope);
    Tensor result = length > end - start ? signals.pad(0, length - (end - start)) : signals;
    return x.rank() == 2 ? result.squeeze(0) : result;
  }

  /** The sums of frames [batch, frames, samples] where they overlap. */
  private static Tensor added(Tensor frames, int hop, int size) {
    Shape shape = Shape.of(frames.dim(0), size);
    return new Tensor(Fold.of(frames.node(), Axes.of(1), Axes.of(hop), Axes.of(1), shape));
  }

  /** The window in the middle of a frame, with zeros around it. */
  private static Tensor weights(
      String op, Tensor like, int nFft, int hop, int winLength, @Nullable Tensor window) {
    boolean fits = window == null || (window.rank() == 1 && window.dim(0) == winLength);
    if (hop < 1 || winLength < 1 || winLength > nFft || !fits) {
      throw OpError.of(
          op,
          "nFft "
              + nFft
              + ", hopLength "
              + hop
              + ", winLength "
              + winLength
              + (window == null ? "" : " and a window of shape " + window.shape())
              + " do not fit: the hop must be positive, and the window not longer than nFft");
    }
    Tensor weights =
        window == null ? Tensors.full(Shape.of(winLength), 1, like.dtype(), like.device()) : window;
    int left = (nFft - winLength) / 2;
    return weights.pad(left, nFft - winLength - left);
  }
}
