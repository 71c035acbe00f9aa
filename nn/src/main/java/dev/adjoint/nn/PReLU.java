package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;

/** {@code x} above 0 and {@code weight * x} elsewhere, {@link Tensor#prelu}, with a trained weight, or one for each channel. */
public final class PReLU extends Module {
  private final Parameter weight;

  /** With one weight, 0.25 at first. */
  public PReLU() {
    this(1, 0.25);
  }

  /**
   * With so many weights.
   *
   * @param numParameters 1, or the number of channels along axis 1
   * @param init their first value
   * @throws IllegalArgumentException if the number is not positive
   */
  public PReLU(int numParameters, double init) {
    int count = Checks.positive("prelu", "the number of parameters", numParameters);
    this.weight = Init.constant(init).parameter("weight", count);
  }

  /** The weights, [numParameters]. */
  public Parameter weight() {
    return weight;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.prelu(weight);
  }

  @Override
  public String label() {
    return "PReLU(" + weight.size() + ")";
  }
}
