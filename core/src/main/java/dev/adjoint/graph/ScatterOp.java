package dev.adjoint.graph;

/** What becomes of an element and another one that is scattered to its position; MAX and MIN propagate NaN. */
public enum ScatterOp {
  ADD("scatterAdd"),
  MUL("scatterReduce"),
  MAX("scatterReduce"),
  MIN("scatterReduce"),
  /** The other one takes its place: of several, the last one in row-major order. */
  PUT("scatter");

  private final String method;

  ScatterOp(String method) {
    this.method = method;
  }

  /** The name of the method that records a scatter. */
  public String method() {
    return method;
  }
}
