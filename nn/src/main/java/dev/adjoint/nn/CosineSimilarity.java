package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.List;

/** The cosines of the angles between vectors of two tensors along an axis, {@link Tensor#cosineSimilarity}. */
public final class CosineSimilarity extends Module {
  private final int dim;
  private final double eps;

  /** Along axis 1, with eps 1e-8. */
  public CosineSimilarity() {
    this(1, 1e-8);
  }

  /** Along an axis, with eps, below which no length counts. */
  public CosineSimilarity(int dim, double eps) {
    this.dim = dim;
    this.eps = eps;
  }

  /** The cosines for two tensors, which are broadcast. */
  public Tensor apply(Tensor x1, Tensor x2) {
    return call(List.of(x1, x2), () -> x1.cosineSimilarity(x2, dim, eps));
  }

  @Override
  public String label() {
    return "CosineSimilarity(" + dim + ")";
  }
}
