package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import java.util.List;

/**
 * The uniform distribution over [low, high).
 *
 * @param low the lower bound
 * @param high the upper bound, above the lower one
 */
public record Uniform(Tensor low, Tensor high) implements Distribution {
  private static final String RULE = "low must be below high";

  /** The distributions with these parameters, which are broadcast. */
  public Uniform {
    List<Tensor> both = Checks.broadcast("Uniform", low, high);
    low = both.get(0);
    high = Checks.require("Uniform: " + RULE, low.lt(both.get(1)), both.get(1));
  }

  /** One distribution. */
  public Uniform(double low, double high) {
    this(Tensors.of(low), above(low, high));
  }

  private static Tensor above(double low, double high) {
    if (!(low < high)) {
      throw OpError.of("Uniform", RULE + ", they are " + low + " and " + high);
    }
    return Tensors.of(high);
  }

  @Override
  public Shape batchShape() {
    return low.shape();
  }

  private Tensor width() {
    return high.sub(low);
  }

  /** {@inheritDoc} It is -infinity at {@code high}; beyond the bounds a value is an error. */
  @Override
  public Tensor logProb(Tensor value) {
    Tensor given = Checks.value(this, low.dtype(), value);
    Tensor inside = given.ge(low).logicalAnd(given.le(high));
    Tensor x = Checks.require("Uniform: a value must be in [low, high]", inside, given);
    return x.lt(high).where(width().log().neg(), Double.NEGATIVE_INFINITY);
  }

  @Override
  public Tensor mean() {
    return low.add(high).mul(0.5);
  }

  @Override
  public Tensor variance() {
    return width().square().div(12);
  }

  @Override
  public Tensor entropy() {
    return width().log();
  }

  @Override
  public Tensor cdf(Tensor value) {
    return Checks.value(this, low.dtype(), value).sub(low).div(width()).clamp(0, 1);
  }

  @Override
  public Tensor icdf(Tensor probability) {
    Tensor p = Checks.probability(this, low.dtype(), probability);
    return p.mul(width()).add(low);
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    return random.uniform(shape, low.dtype(), low.device()).mul(width()).add(low);
  }

  /** The divergence from this to another, infinite unless that covers this. */
  Tensor kl(Uniform q) {
    Tensor covered = q.low.le(low).logicalAnd(q.high.ge(high));
    return covered.where(q.width().div(width()).log(), Double.POSITIVE_INFINITY);
  }
}
