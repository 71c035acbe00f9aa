package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/** The distribution of a trial, which is 1 with a probability and 0 else. */
public final class Bernoulli implements Distribution {
  private final Chance chance;

  /** The distributions with these probabilities of 1. */
  public Bernoulli(Tensor probs) {
    this(Chance.ofProbs("Bernoulli", probs));
  }

  /** One distribution. */
  public Bernoulli(double probs) {
    this(Tensors.of(probs));
  }

  private Bernoulli(Chance chance) {
    this.chance = chance;
  }

  /** The distributions of which the probabilities of 1 are the sigmoid of logits. */
  public static Bernoulli ofLogits(Tensor logits) {
    return new Bernoulli(Chance.ofLogits("Bernoulli", logits));
  }

  /** The probability of 1. */
  public Tensor probs() {
    return chance.probs();
  }

  /** The logarithm of the ratio of the probabilities of 1 and 0. */
  public Tensor logits() {
    return chance.logits();
  }

  @Override
  public Shape batchShape() {
    return probs().shape();
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor x = Constraint.BOOLEAN.value(this, probs().dtype(), value);
    return chance.logOfFailure().add(x.mul(logits()));
  }

  @Override
  public Tensor mean() {
    return probs();
  }

  @Override
  public Tensor variance() {
    return probs().mul(probs().rsub(1));
  }

  @Override
  public Tensor entropy() {
    return chance.entropy();
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    return random.bernoulli(probs().detach().broadcastTo(shape));
  }

  /** The divergence from this to another. */
  Tensor kl(Bernoulli q) {
    return chance.kl(q.chance);
  }
}
