package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Parameter;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/** The variables of a normalisation per channel: what {@link BatchNorm} and {@link InstanceNorm} share. */
abstract class ChannelNorm extends LazyModule {
  final int axes;
  final double eps;
  private final boolean affine;
  private final boolean trackRunningStats;
  private int channels;
  @Nullable Parameter weight;
  @Nullable Parameter bias;
  @Nullable Variable runningMean;
  @Nullable Variable runningVar;
  @Nullable Variable numBatchesTracked;

  ChannelNorm(String op, int axes, double eps, boolean affine, boolean trackRunningStats) {
    super(op);
    this.axes = axes;
    this.eps = eps;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
  }

  @Override
  final void create(int features) {
    channels = features;
    if (affine) {
      weight = Init.ones().parameter("weight", channels);
      bias = Init.zeros().parameter("bias", channels);
    }
    if (trackRunningStats) {
      runningMean = Init.zeros().buffer("running_mean", channels);
      runningVar = Init.ones().buffer("running_var", channels);
      Tensor none = Tensors.full(Shape.SCALAR, 0, DType.I64);
      numBatchesTracked = new Variable("num_batches_tracked", none);
    }
  }

  /** Makes the variables if this is the first call, and requires as many channels as they have. */
  final void size(Tensor x, int axis) {
    size("the number of channels", x.dim(axis), x);
    if (x.dim(axis) != channels) {
      throw OpError.of(op(), "needs " + channels + " channels, the input is " + x.shape());
    }
  }

  /** What the label of a type says. */
  final String label(String type) {
    return type
        + axes
        + "d("
        + size(channels)
        + (affine ? "" : ", not affine")
        + (trackRunningStats ? "" : ", no running statistics")
        + ")";
  }
}
