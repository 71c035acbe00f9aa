package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/** The distribution of the number of failures before the first success. */
public final class Geometric implements Distribution {
  private final Chance chance;

  /** The distributions with these probabilities of success, which are positive. */
  public Geometric(Tensor probs) {
    this(Chance.ofProbs("Geometric", Constraint.POSITIVE.check("Geometric", "probs", probs)));
  }

  /** One distribution. */
  public Geometric(double probs) {
    this(Tensors.of(probs));
  }

  private Geometric(Chance chance) {
    this.chance = chance;
  }

  /** The distributions of which the probabilities of success are the sigmoid of logits. */
  public static Geometric ofLogits(Tensor logits) {
    return new Geometric(Chance.ofLogits("Geometric", logits));
  }

  /** The probability of success. */
  public Tensor probs() {
    return chance.probs();
  }

  /** The logarithm of the ratio of the probabilities of success and failure. */
  public Tensor logits() {
    return chance.logits();
  }

  @Override
  public Shape batchShape() {
    return probs().shape();
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor x = Constraint.COUNT.value(this, probs().dtype(), value);
    return x.mul(chance.logOfFailure()).add(chance.logOfSuccess());
  }

  @Override
  public Tensor mean() {
    return probs().reciprocal().sub(1);
  }

  @Override
  public Tensor variance() {
    return mean().div(probs());
  }

  @Override
  public Tensor entropy() {
    return chance.entropy().div(probs());
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    Tensor u = random.uniform(shape, probs().dtype(), probs().device());
    return u.neg().log1p().div(chance.logOfFailure()).floor();
  }

  /** The divergence from this to another. */
  Tensor kl(Geometric q) {
    return chance.kl(q.chance).div(probs());
  }
}
