package dev.adjoint.nn;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/**
 * {@code x} above 0 and {@code slope * x} elsewhere; while training the slope of each element is drawn uniformly from [lower,
 * upper), in evaluation mode it is their mean.
 */
public final class RReLU extends Module {
  private final double lower;
  private final double upper;

  /** With slopes from 1/8 to 1/3. */
  public RReLU() {
    this(1.0 / 8, 1.0 / 3);
  }

  /**
   * With slopes in [lower, upper).
   *
   * @throws IllegalArgumentException if lower is above upper
   */
  public RReLU(double lower, double upper) {
    if (!(lower <= upper)) {
      throw OpError.of("rrelu", "lower " + lower + " must not be above upper " + upper);
    }
    this.lower = lower;
    this.upper = upper;
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (!training()) {
      return x.leakyRelu((lower + upper) / 2);
    }
    if (!x.dtype().isFloat()) {
      throw OpError.of("rrelu", "needs floats, not " + x.dtype());
    }
    Tensor draws = Random.standard().uniform(x.shape(), x.dtype(), x.device());
    return x.gt(0).where(x, x.mul(draws.mul(upper - lower).add(lower)));
  }

  @Override
  public String label() {
    return "RReLU(" + lower + ", " + upper + ")";
  }
}
