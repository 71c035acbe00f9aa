package dev.adjoint.graph;

/** An associative function that folds the elements along axes into one; MAX and MIN propagate NaN. */
public enum ReduceOp {
  SUM,
  PROD,
  MAX,
  MIN
}
