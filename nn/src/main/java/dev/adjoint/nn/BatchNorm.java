package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Batch normalisation of inputs with up to three axes behind the channels. */
abstract class BatchNorm extends ChannelNorm {
  private final @Nullable Double momentum;

  BatchNorm(
      int axes, double eps, @Nullable Double momentum, boolean affine, boolean trackRunningStats) {
    super("batchNorm" + axes + "d", axes, eps, affine, trackRunningStats);
    this.momentum = momentum;
  }

  @Override
  protected final Tensor forward(Tensor x) {
    if (x.rank() != axes + 2 && !(axes == 1 && x.rank() == 2)) {
      throw OpError.of(
          op(),
          "needs an input of "
              + (axes == 1 ? "2 or 3" : axes + 2)
              + " axes, [n, channels, ...], not "
              + x.shape());
    }
    size(x, 1);
    if (training() && numBatchesTracked != null) {
      numBatchesTracked.set(numBatchesTracked.add(1));
      if (momentum == null) {
        return cumulative(
            x, Objects.requireNonNull(runningMean), Objects.requireNonNull(runningVar));
      }
    }
    return normal(x, training() || runningMean == null, momentum == null ? 0 : momentum);
  }

  private Tensor normal(Tensor x, boolean batch, double momentum) {
    return x.batchNorm(runningMean, runningVar, weight, bias, batch, momentum, eps);
  }

  /** The k-th batch moves the running statistics by {@code 1 / k} towards its own, so that they are the means of all. */
  private Tensor cumulative(Tensor x, Variable mean, Variable variance) {
    Tensor oldMean = mean.value();
    Tensor oldVariance = variance.value();
    Tensor y = normal(x, true, 1);
    Tensor part = Objects.requireNonNull(numBatchesTracked).value().to(mean.dtype()).reciprocal();
    mean.set(oldMean.add(mean.value().sub(oldMean).mul(part)));
    variance.set(oldVariance.add(variance.value().sub(oldVariance).mul(part)));
    return y;
  }

  @Override
  public final String label() {
    return label("BatchNorm");
  }
}
