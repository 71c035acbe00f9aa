package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** Dropout of whole channels of inputs with one to three axes behind them. */
abstract class FeatureDropout extends Module {
  private final int axes;
  private final double p;

  FeatureDropout(int axes, double p) {
    this.axes = axes;
    this.p = Checks.probability("dropout" + axes + "d", p);
  }

  @Override
  protected final Tensor forward(Tensor x) {
    if (x.rank() != axes + 1 && x.rank() != axes + 2) {
      throw OpError.of(
          "dropout" + axes + "d",
          "needs an input of " + (axes + 2) + " axes, or one less, not " + x.shape());
    }
    boolean single = x.rank() == axes + 1 && axes != 2;
    return single
        ? x.unsqueeze(0).featureDropout(p, training()).squeeze(0)
        : x.featureDropout(p, training());
  }

  @Override
  public final String label() {
    return "Dropout" + axes + "d(" + p + ")";
  }
}
