package dev.adjoint.graph;

import dev.adjoint.DType;

/** An associative function that folds the elements along axes into one; MAX and MIN propagate NaN. */
public enum ReduceOp {
  SUM,
  PROD,
  MAX,
  MIN;

  /** The {@linkplain DType#bits bits} of the value that leaves others as they are. */
  public long identity(DType dtype) {
    return switch (this) {
      case SUM -> 0;
      case PROD -> dtype.bits(1);
      case MAX -> dtype.leastBits();
      case MIN -> dtype.greatestBits();
    };
  }
}
