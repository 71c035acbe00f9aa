package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;

/**
 * Batch normalisation of [n, c] or [n, c, ...] per channel: {@code (x - mean) / sqrt(variance + epsilon) * weight +
 * bias}.
 *
 * <p>In training the statistics are those of the batch, and running statistics move towards them by the momentum (the
 * running variance towards the one that divides by the count minus 1). In evaluation mode the running statistics are
 * used.
 */
public final class BatchNorm extends Module {
  private final int channels;
  private final double epsilon;
  private final double momentum;
  private final Parameter weight;
  private final Parameter bias;
  private final Variable runningMean;
  private final Variable runningVar;

  /** A batch normalisation with epsilon 1e-5 and momentum 0.1. */
  public BatchNorm(int channels) {
    this(channels, 1e-5, 0.1);
  }

  /** A batch normalisation; the momentum is the weight of a new batch in the running statistics. */
  public BatchNorm(int channels, double epsilon, double momentum) {
    this.channels = Checks.positive("batchNorm", "the number of channels", channels);
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.weight = Init.ones().parameter("weight", channels);
    this.bias = Init.zeros().parameter("bias", channels);
    this.runningMean = Init.zeros().buffer("running_mean", channels);
    this.runningVar = Init.ones().buffer("running_var", channels);
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() < 2 || x.dim(1) != channels) {
      throw OpError.of("batchNorm", "needs [n, " + channels + ", ...], the input is " + x.shape());
    }
    return x.batchNorm(runningMean, runningVar, weight, bias, training(), momentum, epsilon);
  }

  @Override
  public String label() {
    return "BatchNorm(" + channels + ")";
  }
}
