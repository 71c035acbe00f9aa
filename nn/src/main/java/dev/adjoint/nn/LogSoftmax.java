package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** The logarithm of the softmax along an axis, {@link Tensor#logSoftmax}. */
public final class LogSoftmax extends Module {
  private final int dim;

  /** Along an axis; a negative one counts from the end. */
  public LogSoftmax(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.logSoftmax(dim);
  }

  @Override
  public String label() {
    return "LogSoftmax(" + dim + ")";
  }
}
