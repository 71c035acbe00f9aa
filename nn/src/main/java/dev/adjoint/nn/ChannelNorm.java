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
    if (affine) {
      weight = Init.ones().parameter("weight", features);
      bias = Init.zeros().parameter("bias", features);
    }
    if (trackRunningStats) {
      runningMean = Init.zeros().buffer("running_mean", features);
      runningVar = Init.ones().buffer("running_var", features);
      Tensor none = Tensors.full(Shape.SCALAR, 0, DType.I64);
      numBatchesTracked = new Variable("num_batches_tracked", none);
    }
  }

  /** Makes the variables if this is the first call, and requires as many channels as they have. */
  final void size(Tensor x, int axis) {
    size("the number of channels", x.dim(axis), x);
    if (x.dim(axis) != features()) {
      throw OpError.of(op(), "needs " + features() + " channels, the input is " + x.shape());
    }
  }

  /** What the label of a type says. */
  final String label(String type) {
    return type
        + axes
        + "d("
        + size(features())
        + (affine ? "" : ", not affine")
        + (trackRunningStats ? "" : ", no running statistics")
        + ")";
  }
}
