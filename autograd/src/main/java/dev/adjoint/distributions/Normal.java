package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;

/**
 * The normal (Gaussian) distribution, of density {@code exp(-z^2 / 2) / (scale sqrt(2 pi))} with {@code z = (x - loc) / scale}.
 *
 * @param loc the mean
 * @param scale the standard deviation, positive
 */
public record Normal(Tensor loc, Tensor scale) implements Distribution {
  /** {@code log(2 pi) / 2}. */
  static final double HALF_LOG_2_PI = 0.91893853320467274178;

  /** The distributions with these parameters, which are broadcast. */
  public Normal {
    List<Tensor> both =
        Checks.broadcast("Normal", loc, Constraint.POSITIVE.check("Normal", "scale", scale));
    loc = both.get(0);
    scale = both.get(1);
  }

  /** One distribution. */
  public Normal(double loc, double scale) {
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
    return standard(value).square().mul(-0.5).sub(scale.log()).sub(HALF_LOG_2_PI);
  }

  @Override
  public Tensor mean() {
    return loc;
  }

  @Override
  public Tensor variance() {
    return scale.square();
  }

  @Override
  public Tensor stddev() {
    return scale;
  }

  @Override
  public Tensor entropy() {
    return scale.log().add(0.5 + HALF_LOG_2_PI);
  }

  @Override
  public Tensor cdf(Tensor value) {
    return standard(value).mul(-Math.sqrt(0.5)).erfc().mul(0.5);
  }

  @Override
  public Tensor icdf(Tensor probability) {
    Tensor p = Checks.probability(this, loc.dtype(), probability);
    return p.mul(2).sub(1).erfinv().mul(scale).mul(Math.sqrt(2)).add(loc);
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    return random.normal(shape, loc.dtype(), loc.device()).mul(scale).add(loc);
  }

  /** The divergence from this to another. */
  Tensor kl(Normal q) {
    Tensor ratio = scale.div(q.scale).square();
    Tensor distance = loc.sub(q.loc).div(q.scale).square();
    return ratio.add(distance).sub(1).sub(ratio.log()).mul(0.5);
  }
}
