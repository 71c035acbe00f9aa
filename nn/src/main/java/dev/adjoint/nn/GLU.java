package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** The gated linear unit: half of an axis times the logistic function of the other half, {@link Tensor#glu(int)}. */
public final class GLU extends Module {
  private final int dim;

  /** Along the last axis. */
  public GLU() {
    this(-1);
  }

  /** Along an axis; a negative one counts from the end. */
  public GLU(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.glu(dim);
  }

  @Override
  public String label() {
    return "GLU(" + dim + ")";
  }
}
