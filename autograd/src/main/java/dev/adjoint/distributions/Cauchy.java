package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;

/**
 * The Cauchy distribution, of density {@code 1 / (pi scale (1 + z^2))} with {@code z = (x - loc) / scale}. It has no mean: that
 * is NaN, and the variance is infinite.
 *
 * @param loc the median
 * @param scale the distance from it up to which half of all draws are, positive
 */
public record Cauchy(Tensor loc, Tensor scale) implements Distribution {
  /** The distributions with these parameters, which are broadcast. */
  public Cauchy {
    List<Tensor> both =
        Checks.broadcast("Cauchy", loc, Constraint.POSITIVE.check("Cauchy", "scale", scale));
    loc = both.get(0);
    scale = both.get(1);
  }

  /** One distribution. */
  public Cauchy(double loc, double scale) {
    this(Tensors.of(loc), Tensors.of(scale));
  }

  @Override
  public Shape batchShape() {
    return loc.shape();
  }

  private Tensor standard(Tensor value) {
    return Checks.value(this, loc.dtype(), value).sub(loc).div(scale);
  }

  @Override
  public Tensor logProb(Tensor value) {
    return standard(value).square().log1p().add(scale.mul(Math.PI).log()).neg();
  }

  @Override
  public Tensor mean() {
    return Tensors.fullLike(loc, Double.NaN);
  }

  @Override
  public Tensor variance() {
    return Tensors.fullLike(loc, Double.POSITIVE_INFINITY);
  }

  @Override
  public Tensor entropy() {
    return scale.mul(4 * Math.PI).log();
  }

  @Override
  public Tensor cdf(Tensor value) {
    return standard(value).atan().div(Math.PI).add(0.5);
  }

  @Override
  public Tensor icdf(Tensor probability) {
    Tensor p = Checks.probability(this, loc.dtype(), probability);
    return p.sub(0.5).mul(Math.PI).tan().mul(scale).add(loc);
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    Tensor u = random.uniform(shape, loc.dtype(), loc.device());
    return u.sub(0.5 - loc.dtype().epsilon() / 4).mul(Math.PI).tan().mul(scale).add(loc);
  }

  /** The divergence from this to another. */
  Tensor kl(Cauchy q) {
    Tensor apart = scale.add(q.scale).square().add(loc.sub(q.loc).square());
    return apart.div(scale.mul(q.scale).mul(4)).log();
  }
}
