package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import org.jspecify.annotations.Nullable;

/** Root-mean-square normalisation over the last axes: {@code x / sqrt(mean(x^2) + eps) * weight}. */
public final class RMSNorm extends Module {
  private final Shape normalizedShape;
  private final @Nullable Double eps;
  private final @Nullable Parameter weight;

  /** Over the last axes, whose sizes are given, with the eps of {@link Tensor#rmsNorm} and a weight. */
  public RMSNorm(int... normalizedShape) {
    this(normalizedShape, null);
  }

  /** Over the last axes, with a weight. */
  public RMSNorm(int[] normalizedShape, @Nullable Double eps) {
    this(normalizedShape, eps, true);
  }

  /**
   * Over the last axes.
   *
   * @param eps what keeps the root from 0, or null for the epsilon of the type computed in
   * @param elementwiseAffine whether there is a weight of the shape of these axes, of ones at first
   * @throws IllegalArgumentException if there are no sizes, or one is not positive
   */
  public RMSNorm(int[] normalizedShape, @Nullable Double eps, boolean elementwiseAffine) {
    this.normalizedShape = LayerNorm.shape("rmsNorm", normalizedShape);
    this.eps = eps;
    this.weight = elementwiseAffine ? Init.ones().parameter("weight", normalizedShape) : null;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.rmsNorm(normalizedShape.dims(), weight, eps);
  }

  @Override
  public String label() {
    return "RMSNorm(" + normalizedShape + (weight == null ? ", not affine)" : ")");
  }
}
