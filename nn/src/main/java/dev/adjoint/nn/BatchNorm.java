package dev.adjoint.nn;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import java.util.stream.IntStream;

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
  private final Variable weight;
  private final Variable bias;
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
    this.runningMean = Init.zeros().buffer("runningMean", channels);
    this.runningVar = Init.ones().buffer("runningVar", channels);
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() < 2 || x.dim(1) != channels) {
      throw OpError.of("batchNorm", "needs [n, " + channels + ", ...], the input is " + x.shape());
    }
    return training()
        ? byBatch(x)
        : scaled(x.sub(perChannel(x, runningMean.value())), x, runningVar.value());
  }

  private Tensor byBatch(Tensor x) {
    long count = x.size() / channels;
    if (count < 2) {
      throw OpError.of(
          "batchNorm", "training needs more than one value per channel, the input is " + x.shape());
    }
    int[] axes = IntStream.range(0, x.rank()).filter(axis -> axis != 1).toArray();
    Tensor mean = x.mean(axes, true);
    Tensor centered = x.sub(mean);
    Tensor variance = centered.square().mean(axes, true);
    Scope.noGrad(
        () -> {
          move(runningMean, mean.detach());
          move(runningVar, variance.detach().mul(count / (count - 1.0)));
        });
    return scaled(centered, x, variance);
  }

  private void move(Variable running, Tensor batch) {
    Tensor old = running.value();
    running.set(old.add(batch.reshape(channels).sub(old).mul(momentum)));
  }

  private Tensor scaled(Tensor centered, Tensor x, Tensor variance) {
    Tensor scale = perChannel(x, variance).add(epsilon).rsqrt().mul(perChannel(x, weight.value()));
    return centered.mul(scale).add(perChannel(x, bias.value()));
  }

  private Tensor perChannel(Tensor x, Tensor values) {
    int[] dims = new int[x.rank()];
    Arrays.fill(dims, 1);
    dims[1] = channels;
    return values.reshape(dims);
  }

  @Override
  public String label() {
    return "BatchNorm(" + channels + ")";
  }
}
