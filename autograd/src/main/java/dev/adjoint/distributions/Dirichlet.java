package dev.adjoint.distributions;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;

/**
 * The Dirichlet distribution over probabilities of categories, of a density in proportion to the product of {@code
 * x_i^(concentration_i - 1)}. The categories lie along the last axis.
 *
 * <p>A draw is the shares of gamma draws in their sum, and has their implicit gradients. None is 0.
 *
 * @param concentration the weights of the categories, positive
 */
public record Dirichlet(Tensor concentration) implements Distribution {
  /** The distributions with these parameters. */
  public Dirichlet {
    concentration =
        Constraint.POSITIVE.check(
            "Dirichlet", "concentration", Checks.parameter("Dirichlet", concentration, 1));
  }

  @Override
  public Shape batchShape() {
    return Checks.without(concentration.shape(), 1);
  }

  @Override
  public Shape eventShape() {
    return Shape.of(concentration.dim(-1));
  }

  private Tensor total() {
    return concentration.sum(-1, true);
  }

  /** The logarithm of what the density is divided by. */
  private Tensor logNormalizer() {
    return concentration.lgamma().sum(-1).sub(total().squeeze(-1).lgamma());
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor x = Constraint.PROBABILITY.value(this, concentration.dtype(), value);
    double error = Math.max(1e-6, x.dtype().epsilon() * concentration.dim(-1));
    Tensor whole = x.sum(-1, true).sub(1).abs().le(error);
    Tensor checked = Checks.require("Dirichlet: a value must have the sum 1", whole, x);
    return concentration.sub(1).xlogy(checked).sum(-1).sub(logNormalizer());
  }

  @Override
  public Tensor mean() {
    return concentration.div(total());
  }

  @Override
  public Tensor variance() {
    return mean().mul(mean().rsub(1)).div(total().add(1));
  }

  @Override
  public Tensor entropy() {
    return logNormalizer().sub(concentration.sub(1).mul(expectedLog()).sum(-1));
  }

  /** The expected logarithms of a draw. */
  private Tensor expectedLog() {
    return concentration.digamma().sub(total().digamma());
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    DType dtype = concentration.dtype();
    Tensor shares = StandardGamma.logDraw(random, concentration, shape).softmax(-1);
    return shares.to(dtype).clampMin(Checks.tiny(dtype));
  }

  /** The divergence from this to another. */
  Tensor kl(Dirichlet q) {
    Tensor terms = concentration.sub(q.concentration).mul(expectedLog()).sum(-1);
    return q.logNormalizer().sub(logNormalizer()).add(terms);
  }
}
