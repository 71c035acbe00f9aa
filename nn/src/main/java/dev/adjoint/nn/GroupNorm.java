package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/**
 * Group normalisation of [n, channels, ...] over groups of channels and all further axes: {@code (x - mean) / sqrt(variance +
 * eps) * weight + bias}, with weight and bias per channel.
 */
public final class GroupNorm extends Module {
  private final int numGroups;
  private final int numChannels;
  private final double eps;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;

  /** With eps 1e-5, weight and bias. */
  public GroupNorm(int numGroups, int numChannels) {
    this(numGroups, numChannels, 1e-5, true);
  }

  /**
   * With eps, and with or without weight and bias, of ones and zeros at first.
   *
   * @throws IllegalArgumentException if a number is not positive, or the groups do not divide the channels
   */
  public GroupNorm(int numGroups, int numChannels, double eps, boolean affine) {
    this.numGroups = Checks.positive("groupNorm", "the number of groups", numGroups);
    this.numChannels = Checks.positive("groupNorm", "the number of channels", numChannels);
    if (numChannels % numGroups != 0) {
      throw OpError.of(
          "groupNorm", numGroups + " groups do not divide " + numChannels + " channels");
    }
    this.eps = eps;
    this.weight = affine ? Init.ones().parameter("weight", numChannels) : null;
    this.bias = affine ? Init.zeros().parameter("bias", numChannels) : null;
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() < 2 || x.dim(1) != numChannels) {
      throw OpError.of(
          "groupNorm", "needs [n, " + numChannels + ", ...], the input is " + x.shape());
    }
    return x.groupNorm(numGroups, weight, bias, eps);
  }

  @Override
  public String label() {
    return "GroupNorm("
        + numGroups
        + " groups of "
        + numChannels
        + (weight == null ? ", not affine)" : ")");
  }
}
