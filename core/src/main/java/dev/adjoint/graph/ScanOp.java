package dev.adjoint.graph;

/** An associative function that folds the elements along an axis, one after the other; MAX and MIN propagate NaN. */
public enum ScanOp {
  SUM("cumsum"),
  PROD("cumprod"),
  MAX("cummax"),
  MIN("cummin"),
  /** The logarithm of the sum of exponentials, without overflow; of floats. */
  LOGSUMEXP("logcumsumexp");

  private final String method;

  ScanOp(String method) {
    this.method = method;
  }

  /** The name of the method that records a scan. */
  public String method() {
    return method;
  }
}
