package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** What a loss does with its values. */
public enum Reduction {
  /** Their mean, a scalar. */
  MEAN,
  /** Their sum, a scalar. */
  SUM,
  /** Their sum divided by the size of axis 0, the batch: a scalar. */
  BATCHMEAN,
  /** Leaves them as they are. */
  NONE;

  Tensor apply(Tensor values) {
    return switch (this) {
      case MEAN -> values.mean();
      case SUM -> values.sum();
      case BATCHMEAN -> values.sum().div(values.rank() == 0 ? 1 : values.dim(0));
      case NONE -> values;
    };
  }
}
