package dev.adjoint.nn.vision;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/** The hue of colours (Smith 1978, "Color gamut transform pairs"), in sixths of the circle, which red begins. */
final class Hue {
  private static final int SIXTHS = 6;

  private Hue() {}

  /**
   * Images of three channels with another hue.
   *
   * @param turn what is added, in parts of the circle, broadcast to [n, 1, height, width]
   */
  static Tensor turned(Tensor x, Tensor turn) {
    Tensor r = x.narrow(1, 0, 1);
    Tensor g = x.narrow(1, 1, 1);
    Tensor b = x.narrow(1, 2, 1);
    Tensor largest = x.amax(new int[] {1}, true);
    Tensor chroma = largest.sub(x.amin(new int[] {1}, true));
    Tensor divisor = chroma.eq(0).where(1, chroma);
    Tensor nearRed = g.sub(b).div(divisor);
    Tensor nearGreen = b.sub(r).div(divisor).add(2);
    Tensor nearBlue = r.sub(g).div(divisor).add(4);
    Tensor hue =
        largest
            .eq(r)
            .where(nearRed, largest.eq(g).where(nearGreen, nearBlue))
            .add(turn.mul(SIXTHS));
    // A channel lacks the chroma in a third of the circle, where its distance from it is 1 to 3
    // sixths.
    return Tensors.cat(
            1,
            channel(largest, chroma, hue, 5),
            channel(largest, chroma, hue, 3),
            channel(largest, chroma, hue, 1))
        .clamp(0, 1);
  }

  private static Tensor channel(Tensor largest, Tensor chroma, Tensor hue, int offset) {
    Tensor k = hue.add(offset).remainder(SIXTHS);
    return largest.sub(chroma.mul(k.minimum(k.rsub(4)).clamp(0, 1)));
  }
}
