package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/**
 * The distribution of {@code |x|} for normally distributed x of mean 0.
 *
 * @param scale the standard deviation of x, positive
 */
public record HalfNormal(Tensor scale) implements Distribution {
  /** The distributions with these parameters. */
  public HalfNormal {
    scale =
        Constraint.POSITIVE.check("HalfNormal", "scale", Checks.parameter("HalfNormal", scale, 0));
  }

  /** One distribution. */
  public HalfNormal(double scale) {
    this(Tensors.of(scale));
  }

  @Override
  public Shape batchShape() {
    return scale.shape();
  }

  private Tensor standard(Tensor value) {
    return Constraint.NOT_NEGATIVE.value(this, scale.dtype(), value).div(scale);
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor square = standard(value).square().mul(-0.5);
    return square.sub(scale.log()).add(Math.log(2) - Normal.HALF_LOG_2_PI);
  }

  @Override
  public Tensor mean() {
    return scale.mul(Math.sqrt(2 / Math.PI));
  }

  @Override
  public Tensor variance() {
    return scale.square().mul(1 - 2 / Math.PI);
  }

  @Override
  public Tensor entropy() {
    return scale.log().add(0.5 + Normal.HALF_LOG_2_PI - Math.log(2));
  }

  @Override
  public Tensor cdf(Tensor value) {
    return standard(value).mul(Math.sqrt(0.5)).erf();
  }

  @Override
  public Tensor icdf(Tensor probability) {
    Tensor p = Checks.probability(this, scale.dtype(), probability);
    return p.erfinv().mul(scale).mul(Math.sqrt(2));
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    return random.normal(shape, scale.dtype(), scale.device()).abs().mul(scale);
  }

  /** The divergence from this to another. */
  Tensor kl(HalfNormal q) {
    Tensor ratio = scale.div(q.scale).square();
    return ratio.sub(1).sub(ratio.log()).mul(0.5);
  }
}
