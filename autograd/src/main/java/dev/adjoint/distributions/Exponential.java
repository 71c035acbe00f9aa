package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/**
 * The exponential distribution, of density {@code rate exp(-rate x)}.
 *
 * @param rate one over the mean, positive
 */
public record Exponential(Tensor rate) implements Distribution {
  /** The distributions with these parameters. */
  public Exponential {
    rate =
        Constraint.POSITIVE.check("Exponential", "rate", Checks.parameter("Exponential", rate, 0));
  }

  /** One distribution. */
  public Exponential(double rate) {
    this(Tensors.of(rate));
  }

  @Override
  public Shape batchShape() {
    return rate.shape();
  }

  private Tensor value(Tensor value) {
    return Constraint.NOT_NEGATIVE.value(this, rate.dtype(), value);
  }

  @Override
  public Tensor logProb(Tensor value) {
    return rate.log().sub(rate.mul(value(value)));
  }

  @Override
  public Tensor mean() {
    return rate.reciprocal();
  }

  @Override
  public Tensor variance() {
    return rate.square().reciprocal();
  }

  @Override
  public Tensor stddev() {
    return mean();
  }

  @Override
  public Tensor entropy() {
    return rate.log().rsub(1);
  }

  @Override
  public Tensor cdf(Tensor value) {
    return rate.mul(value(value)).neg().expm1().neg();
  }

  @Override
  public Tensor icdf(Tensor probability) {
    return quantile(Checks.probability(this, rate.dtype(), probability));
  }

  private Tensor quantile(Tensor p) {
    return p.neg().log1p().neg().div(rate);
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    return quantile(random.uniform(shape, rate.dtype(), rate.device()));
  }

  /** The divergence from this to another. */
  Tensor kl(Exponential q) {
    Tensor ratio = q.rate.div(rate);
    return ratio.sub(1).sub(ratio.log());
  }
}
