package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;

/**
 * The gamma distribution, of density {@code rate^a x^(a - 1) exp(-rate x) / gamma(a)}.
 *
 * <p>Gradients of draws are the implicit ones (Figurnov et al. 2018), which can be differentiated again. Draws are positive: none
 * is below the smallest number of full precision.
 *
 * @param concentration the shape a, positive
 * @param rate one over the scale, positive
 */
public record Gamma(Tensor concentration, Tensor rate) implements Distribution {
  /** The distributions with these parameters, which are broadcast. */
  public Gamma {
    List<Tensor> both =
        Checks.broadcast(
            "Gamma",
            Constraint.POSITIVE.check("Gamma", "concentration", concentration),
            Constraint.POSITIVE.check("Gamma", "rate", rate));
    concentration = both.get(0);
    rate = both.get(1);
  }

  /** One distribution. */
  public Gamma(double concentration, double rate) {
    this(Tensors.of(concentration), Tensors.of(rate));
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
    Tensor x = value(value);
    Tensor powers = concentration.mul(rate.log()).add(concentration.sub(1).xlogy(x));
    return powers.sub(rate.mul(x)).sub(concentration.lgamma());
  }

  @Override
  public Tensor mean() {
    return concentration.div(rate);
  }

  @Override
  public Tensor variance() {
    return concentration.div(rate.square());
  }

  @Override
  public Tensor entropy() {
    Tensor curve = concentration.rsub(1).mul(concentration.digamma());
    return concentration.sub(rate.log()).add(concentration.lgamma()).add(curve);
  }

  @Override
  public Tensor cdf(Tensor value) {
    return GammaIntegral.cdf(concentration, value(value).mul(rate).log());
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    Tensor log = StandardGamma.logDraw(random, concentration, shape).sub(rate.log());
    return log.exp().to(rate.dtype()).clampMin(Checks.tiny(rate.dtype()));
  }

  /** The divergence from this to another. */
  Tensor kl(Gamma q) {
    Tensor shapes = concentration.sub(q.concentration).mul(concentration.digamma());
    Tensor rates = q.rate.sub(rate).mul(mean()).add(q.concentration.mul(rate.div(q.rate).log()));
    return shapes.add(q.concentration.lgamma().sub(concentration.lgamma())).add(rates);
  }
}
