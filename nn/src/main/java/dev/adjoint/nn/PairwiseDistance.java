package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;

/** The p-norms {@code |x1 - x2 + eps|} of differences along the last axis. */
public final class PairwiseDistance extends Module {
  private final double p;
  private final double eps;
  private final boolean keepDim;

  /** The 2-norms, with eps 1e-6, without the last axis. */
  public PairwiseDistance() {
    this(2);
  }

  /** The p-norms, with eps 1e-6, without the last axis. */
  public PairwiseDistance(double p) {
    this(p, 1e-6, false);
  }

  /** The p-norms; {@code keepDim} keeps the last axis, with size 1. */
  public PairwiseDistance(double p, double eps, boolean keepDim) {
    this.p = p;
    this.eps = eps;
    this.keepDim = keepDim;
  }

  /** The distances of two tensors, which are broadcast. */
  public Tensor apply(Tensor x1, Tensor x2) {
    return call(List.of(x1, x2), () -> x1.sub(x2).add(eps).vectorNorm(p, new int[] {-1}, keepDim));
  }

  @Override
  public String label() {
    return "PairwiseDistance(" + p + ")";
  }
}
