package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;

/**
 * The Laplace distribution, of density {@code exp(-|x - loc| / scale) / (2 scale)}.
 *
 * @param loc the mean
 * @param scale the mean distance from it, positive
 */
public record Laplace(Tensor loc, Tensor scale) implements Distribution {
  /** The distributions with these parameters, which are broadcast. */
  public Laplace {
    List<Tensor> both =
        Checks.broadcast("Laplace", loc, Constraint.POSITIVE.check("Laplace", "scale", scale));
    loc = both.get(0);
    scale = both.get(1);
  }

  /** One distribution. */
  public Laplace(double loc, double scale) {
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
    return standard(value).abs().add(scale.mul(2).log()).neg();
  }

  @Override
  public Tensor mean() {
    return loc;
  }

  @Override
  public Tensor variance() {
    return scale.square().mul(2);
  }

  @Override
  public Tensor entropy() {
    return scale.mul(2).log().add(1);
  }

  @Override
  public Tensor cdf(Tensor value) {
    Tensor z = standard(value);
    Tensor tail = z.abs().neg().exp().mul(0.5);
    return z.lt(0).where(tail, tail.rsub(1));
  }

  @Override
  public Tensor icdf(Tensor probability) {
    Tensor p = Checks.probability(this, loc.dtype(), probability);
    return quantile(p.sub(0.5));
  }

  /** The value at a probability less 1/2. */
  private Tensor quantile(Tensor centred) {
    return centred.abs().mul(-2).log1p().mul(centred.sign()).mul(scale).rsub(loc);
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    // Halfway between the multiples that a uniform number is of, so that none is at an end.
    Tensor u = random.uniform(shape, loc.dtype(), loc.device());
    return quantile(u.sub(0.5 - loc.dtype().epsilon() / 4));
  }

  /** The divergence from this to another. */
  Tensor kl(Laplace q) {
    Tensor ratio = scale.div(q.scale);
    Tensor distance = loc.sub(q.loc).abs();
    Tensor overlap = distance.div(scale).neg().exp().mul(ratio);
    return distance.div(q.scale).add(overlap).sub(ratio.log()).sub(1);
  }
}
