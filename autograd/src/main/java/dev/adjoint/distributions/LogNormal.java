package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;

/**
 * The distribution of {@code exp(x)} for normally distributed x.
 *
 * @param base the distribution of the logarithm
 */
public record LogNormal(Normal base) implements Distribution {
  /** The distributions of which the logarithm has these means and positive standard deviations. */
  public LogNormal(Tensor loc, Tensor scale) {
    this(new Normal(loc, scale));
  }

  /** One distribution. */
  public LogNormal(double loc, double scale) {
    this(new Normal(loc, scale));
  }

  /** The mean of the logarithm. */
  public Tensor loc() {
    return base.loc();
  }

  /** The standard deviation of the logarithm. */
  public Tensor scale() {
    return base.scale();
  }

  @Override
  public Shape batchShape() {
    return base.batchShape();
  }

  private Tensor log(Tensor value) {
    return Constraint.POSITIVE.value(this, loc().dtype(), value).log();
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor log = log(value);
    return base.logProb(log).sub(log);
  }

  @Override
  public Tensor mean() {
    return loc().add(base.variance().mul(0.5)).exp();
  }

  @Override
  public Tensor variance() {
    return base.variance().expm1().mul(mean().square());
  }

  @Override
  public Tensor entropy() {
    return base.entropy().add(loc());
  }

  @Override
  public Tensor cdf(Tensor value) {
    return base.cdf(log(value));
  }

  @Override
  public Tensor icdf(Tensor probability) {
    return base.icdf(probability).exp();
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    return base.draw(random, shape).exp();
  }
}
