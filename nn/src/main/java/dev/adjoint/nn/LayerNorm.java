package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/**
 * Layer normalisation over the last axes: {@code (x - mean) / sqrt(variance + epsilon) * weight + bias}, with the
 * variance that divides by the number of elements.
 */
public final class LayerNorm extends Module {
  private final Shape normalized;
  private final double epsilon;
  private final Parameter weight;
  private final Parameter bias;

  /** Normalises over the last axes, whose sizes are given; epsilon is 1e-5. */
  public LayerNorm(int... sizes) {
    this(1e-5, sizes);
  }

  /** Normalises over the last axes, whose sizes are given. */
  public LayerNorm(double epsilon, int... sizes) {
    if (sizes.length == 0) {
      throw OpError.of("layerNorm", "needs the sizes of the axes to normalise over");
    }
    this.normalized = Shape.of(sizes);
    this.epsilon = epsilon;
    this.weight = Init.ones().parameter("weight", sizes);
    this.bias = Init.zeros().parameter("bias", sizes);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.layerNorm(normalized.dims(), weight, bias, epsilon);
  }

  @Override
  public String label() {
    return "LayerNorm(" + normalized + ")";
  }
}
