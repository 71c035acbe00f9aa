package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;

/** The distribution of the number of successes among some trials. To draw takes as many random numbers as there are trials. */
public final class Binomial implements Distribution {
  private final int totalCount;
  private final Chance chance;

  /** The distributions with a number of trials, and these probabilities of success. */
  public Binomial(int totalCount, Tensor probs) {
    this(totalCount, Chance.ofProbs("Binomial", probs));
  }

  private Binomial(int totalCount, Chance chance) {
    if (totalCount < 0) {
      throw OpError.of("Binomial", "totalCount must not be negative, it is " + totalCount);
    }
    this.totalCount = totalCount;
    this.chance = chance;
  }

  /** The distributions of which the probabilities of success are the sigmoid of logits. */
  public static Binomial ofLogits(int totalCount, Tensor logits) {
    return new Binomial(totalCount, Chance.ofLogits("Binomial", logits));
  }

  /** The number of trials. */
  public int totalCount() {
    return totalCount;
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
    return logProbOfCount(
        Checks.require("Binomial: a value must be at most totalCount", x.le(totalCount), x));
  }

  private Tensor logProbOfCount(Tensor x) {
    return logWays(x).add(chance.logOfFailure().mul(totalCount)).add(x.mul(logits()));
  }

  /** The logarithm of the number of ways to have so many successes. */
  private Tensor logWays(Tensor x) {
    Tensor parts = x.add(1).lgamma().add(x.rsub(totalCount + 1).lgamma());
    return parts.rsub(Tensors.fullLike(x, totalCount + 1).lgamma());
  }

  @Override
  public Tensor mean() {
    return probs().mul(totalCount);
  }

  @Override
  public Tensor variance() {
    return mean().mul(probs().rsub(1));
  }

  @Override
  public Tensor entropy() {
    return expected(logProbOfCount(counts())).neg();
  }

  /** All numbers of successes, along a first axis before those of the batch. */
  private Tensor counts() {
    return FirstAxis.numbers(totalCount + 1, probs()).to(probs().dtype());
  }

  /** The expected value of what is given for all numbers of successes. */
  private Tensor expected(Tensor ofCounts) {
    return logProbOfCount(counts()).exp().mul(ofCounts).sum(0);
  }

  /** The expected logarithm of the factorial. */
  Tensor expectedLogFactorial() {
    return expected(counts().add(1).lgamma());
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    Shape trials = Checks.joined(Shape.of(totalCount), shape);
    return random.bernoulli(probs().detach().broadcastTo(trials)).sum(0);
  }

  /** The divergence from this to another of as many trials, or fewer, which makes it infinite. */
  Tensor kl(Binomial q) {
    if (totalCount < q.totalCount) {
      throw new UnsupportedOperationException(
          "klDivergence: there is no closed form for Binomial of "
              + totalCount
              + " trials and of "
              + q.totalCount);
    }
    Tensor kl = chance.kl(q.chance).mul(totalCount);
    return totalCount == q.totalCount ? kl : Tensors.fullLike(kl, Double.POSITIVE_INFINITY);
  }
}
