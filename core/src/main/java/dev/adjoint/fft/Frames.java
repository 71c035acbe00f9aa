package dev.adjoint.fft;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Fold;
import dev.adjoint.graph.OpError;
import dev.adjoint.ops.ShapeMath;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The frames of signals: how they are cut and how they are joined again.
 *
 * @param op the name of the function, for errors
 * @param size the samples of a frame
 * @param hop how far apart frames begin
 * @param window what each frame is multiplied by
 * @param center whether frames have their middle, not their beginning, at multiples of the hop
 */
record Frames(String op, int size, int hop, Tensor window, boolean center) {
  /** A sum of squares of windows below this is 0. */
  private static final double NOTHING = 1e-11;

  /** Frames with a window in their middle and zeros around it, or with ones in its place. */
  static Frames of(
      String op,
      Tensor like,
      int size,
      int hop,
      int winLength,
      @Nullable Tensor window,
      boolean center) {
    boolean fits = window == null || (window.rank() == 1 && window.dim(0) == winLength);
    if (hop < 1 || winLength < 1 || winLength > size || !fits) {
      throw OpError.of(
          op,
          "nFft "
              + size
              + ", hopLength "
              + hop
              + ", winLength "
              + winLength
              + (window == null ? "" : " and a window of shape " + window.shape())
              + " do not fit: the hop must be positive, and the window not longer than nFft");
    }
    Tensor weights =
        window == null ? Tensors.full(Shape.of(winLength), 1, like.dtype(), like.device()) : window;
    int left = (size - winLength) / 2;
    return new Frames(op, size, hop, weights.pad(left, size - winLength - left), center);
  }

  /** The frames [..., frames, samples] of signals [time] or [batch, time], times the window. */
  Tensor cut(Tensor x, String padMode) {
    if (x.rank() != 1 && x.rank() != 2) {
      throw OpError.of(op, "needs [time] or [batch, time], not shape " + x.shape());
    }
    Tensor padded = center ? x.pad(new int[] {size / 2, size / 2}, padMode) : x;
    if (padded.dim(-1) < size) {
      throw OpError.of(
          op, "frames of " + size + " samples do not fit signals of shape " + x.shape());
    }
    return padded.unfold(-1, size, hop).mul(window);
  }

  /**
   * What joins frames [..., count, samples] to signals [..., time]: times the window, added up, and divided by the sum of
   * the squares of the windows, which is computed here.
   *
   * @param length the samples of a signal, which is cut or padded with zeros; -1 for as many as there are
   */
  UnaryOperator<Tensor> joiner(int count, int length) {
    int whole = ShapeMath.size(op, size + (long) hop * (count - 1));
    int start = center ? size / 2 : 0;
    int end = length >= 0 ? Math.min(whole, start + length) : whole - start;
    Tensor squares = window.square().broadcastTo(1, count, size);
    Tensor envelope = added(squares, whole).slice(1, start, end);
    if (end <= start || envelope.detach().min().item() < NOTHING) {
      throw OpError.of(
          op,
          "no window covers some of the samples "
              + start
              + " to "
              + (end - 1)
              + " of "
              + count
              + " frames of "
              + size
              + " samples, "
              + hop
              + " apart");
    }
    return frames -> {
      Tensor batch = frames.rank() == 2 ? frames.unsqueeze(0) : frames;
      Tensor signals = added(batch.mul(window), whole).slice(1, start, end).div(envelope);
      Tensor result = length > end - start ? signals.pad(0, length - (end - start)) : signals;
      return frames.rank() == 2 ? result.squeeze(0) : result;
    };
  }

  /** The sums of frames [batch, frames, samples] where they overlap. */
  private Tensor added(Tensor frames, int whole) {
    Shape shape = Shape.of(frames.dim(0), whole);
    return new Tensor(Fold.of(frames.node(), Axes.of(1), Axes.of(hop), Axes.of(1), shape));
  }
}
