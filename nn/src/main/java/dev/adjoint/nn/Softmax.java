package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** The softmax along an axis, {@link Tensor#softmax}. */
public final class Softmax extends Module {
  private final int dim;

  /** Along an axis; a negative one counts from the end. */
  public Softmax(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.softmax(dim);
  }

  @Override
  public String label() {
    return "Softmax(" + dim + ")";
  }
}
