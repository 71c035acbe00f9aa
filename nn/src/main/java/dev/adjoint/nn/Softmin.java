package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** The softmax of the negative values along an axis, {@link Tensor#softmin}. */
public final class Softmin extends Module {
  private final int dim;

  /** Along an axis; a negative one counts from the end. */
  public Softmin(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.softmin(dim);
  }

  @Override
  public String label() {
    return "Softmin(" + dim + ")";
  }
}
