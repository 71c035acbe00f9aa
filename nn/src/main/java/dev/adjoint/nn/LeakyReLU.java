package dev.adjoint.nn;

import dev.adjoint.Tensor;

/** {@code x} above 0 and {@code slope * x} elsewhere, {@link Tensor#leakyRelu(double)}. */
public final class LeakyReLU extends Module {
  private final double negativeSlope;

  /** With slope 0.01. */
  public LeakyReLU() {
    this(0.01);
  }

  /** With a slope. */
  public LeakyReLU(double negativeSlope) {
    this.negativeSlope = negativeSlope;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.leakyRelu(negativeSlope);
  }

  @Override
  public String label() {
    return "LeakyReLU(" + negativeSlope + ")";
  }
}
