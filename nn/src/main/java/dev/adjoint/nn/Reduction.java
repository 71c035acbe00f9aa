package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** What a loss does with its values. */
public enum Reduction {
  /** Their mean, a scalar. */
  MEAN,
  /** Their sum, a scalar. */
  SUM,
  /** Leaves them as they are. */
  NONE;

  Tensor apply(Tensor values) {
    return switch (this) {
      case MEAN -> values.mean();
      case SUM -> values.sum();
      case NONE -> values;
    };
  }
}
