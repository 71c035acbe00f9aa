package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/**
 * The Poisson distribution of a count, of probability {@code rate^k exp(-rate) / k!}.
 *
 * @param rate the mean, not negative
 */
public record Poisson(Tensor rate) implements Distribution {
  /** The distributions with these parameters. */
  public Poisson {
    rate = Constraint.NOT_NEGATIVE.check("Poisson", "rate", Checks.parameter("Poisson", rate, 0));
  }

  /** One distribution. */
  public Poisson(double rate) {
    this(Tensors.of(rate));
  }

  @Override
  public Shape batchShape() {
    return rate.shape();
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor k = Constraint.COUNT.value(this, rate.dtype(), value);
    return k.xlogy(rate).sub(rate).sub(k.add(1).lgamma());
  }

  @Override
  public Tensor mean() {
    return rate;
  }

  @Override
  public Tensor variance() {
    return rate;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    return PoissonSampler.draw(random, rate.detach(), shape);
  }

  /** The divergence from this to another. */
  Tensor kl(Poisson q) {
    return rate.mul(rate.log().sub(q.rate.log())).sub(rate.sub(q.rate));
  }
}
