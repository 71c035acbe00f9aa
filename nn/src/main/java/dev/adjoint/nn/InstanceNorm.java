package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/** Instance normalisation of inputs with one to three axes behind the channels. */
abstract class InstanceNorm extends ChannelNorm {
  private final @Nullable Double momentum;

  InstanceNorm(
      int axes, double eps, @Nullable Double momentum, boolean affine, boolean trackRunningStats) {
    super("instanceNorm" + axes + "d", axes, eps, affine, trackRunningStats);
    this.momentum = momentum;
  }

  @Override
  protected final Tensor forward(Tensor x) {
    if (x.rank() != axes + 1 && x.rank() != axes + 2) {
      throw OpError.of(
          op(),
          "needs an input of "
              + (axes + 2)
              + " axes, [n, channels, ...], or one less, not "
              + x.shape());
    }
    size(x, -axes - 1);
    return x.rank() == axes + 2 ? normal(x) : normal(x.unsqueeze(0)).squeeze(0);
  }

  private Tensor normal(Tensor x) {
    return x.instanceNorm(
        runningMean,
        runningVar,
        weight,
        bias,
        training() || runningMean == null,
        momentum == null ? 0 : momentum,
        eps);
  }

  @Override
  public final String label() {
    return label("InstanceNorm");
  }
}
