package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation over the last axes: {@code (x - mean) / sqrt(variance + eps) * weight + bias}, with the
 * variance that divides by the number of elements.
 */
public final class LayerNorm extends Module {
  private final Shape normalizedShape;
  private final double eps;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;

  /** Over the last axes, whose sizes are given, with eps 1e-5, weight and bias. */
  public LayerNorm(int... normalizedShape) {
    this(normalizedShape, 1e-5);
  }

  /** Over the last axes, with weight and bias. */
  public LayerNorm(int[] normalizedShape, double eps) {
    this(normalizedShape, eps, true, true);
  }

  /**
   * Over the last axes.
   *
   * @param elementwiseAffine whether there is a weight of the shape of these axes, of ones at first
   * @param bias whether there is with it a bias, of zeros at first
   * @throws IllegalArgumentException if there are no sizes, or one is not positive
   */
  public LayerNorm(int[] normalizedShape, double eps, boolean elementwiseAffine, boolean bias) {
    this.normalizedShape = shape("layerNorm", normalizedShape);
    this.eps = eps;
    this.weight = elementwiseAffine ? Init.ones().parameter("weight", normalizedShape) : null;
    this.bias = elementwiseAffine && bias ? Init.zeros().parameter("bias", normalizedShape) : null;
  }

  /** The shape to normalise over, which has an axis. */
  static Shape shape(String op, int[] sizes) {
    if (sizes.length == 0) {
      throw OpError.of(op, "needs the sizes of the axes to normalise over");
    }
    for (int size : sizes) {
      Checks.positive(op, "a size", size);
    }
    return Shape.of(sizes);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.layerNorm(normalizedShape.dims(), weight, bias, eps);
  }

  @Override
  public String label() {
    return "LayerNorm("
        + normalizedShape
        + (weight == null ? ", not affine" : bias == null ? ", no bias" : "")
        + ")";
  }
}
