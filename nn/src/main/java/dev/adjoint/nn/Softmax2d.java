package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** The softmax over the channels of [n, channels, height, width] or [channels, height, width]. */
public final class Softmax2d extends Module {
  /** The softmax over channels. */
  public Softmax2d() {}

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() != 3 && x.rank() != 4) {
      throw OpError.of(
          "softmax2d", "needs [n, channels, height, width], or without n, not " + x.shape());
    }
    return x.softmax(-3);
  }
}
