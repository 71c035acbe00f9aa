package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;

/** The distribution of how often each category is drawn in a number of trials. The categories lie along the last axis. */
public final class Multinomial implements Distribution {
  private final int totalCount;
  private final Categorical categorical;

  /** The distributions with a number of trials, and probabilities in proportion to these. */
  public Multinomial(int totalCount, Tensor probs) {
    this(totalCount, new Categorical(probs));
  }

  private Multinomial(int totalCount, Categorical categorical) {
    if (totalCount < 0) {
      throw OpError.of("Multinomial", "totalCount must not be negative, it is " + totalCount);
    }
    this.totalCount = totalCount;
    this.categorical = categorical;
  }

  /** The distributions of which the probabilities are the softmax of logits. */
  public static Multinomial ofLogits(int totalCount, Tensor logits) {
    return new Multinomial(totalCount, Categorical.ofLogits(logits));
  }

  /** The number of trials. */
  public int totalCount() {
    return totalCount;
  }

  /** The probabilities, which add up to 1. */
  public Tensor probs() {
    return categorical.probs();
  }

  /** The logarithms of the probabilities. */
  public Tensor logits() {
    return categorical.logits();
  }

  @Override
  public Shape batchShape() {
    return categorical.batchShape();
  }

  @Override
  public Shape eventShape() {
    return Shape.of(categorical.numEvents());
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor counts = Constraint.COUNT.value(this, probs().dtype(), value);
    String rule = "Multinomial: a value must have the sum totalCount";
    Tensor x = Checks.require(rule, counts.sum(-1, true).eq(totalCount), counts);
    Tensor logs = x.eq(0).where(0, x.mul(logits())).sub(x.add(1).lgamma());
    return logs.sum(-1).add(logFactorial());
  }

  private Tensor logFactorial() {
    return Tensors.full(Shape.SCALAR, totalCount + 1, probs().dtype(), probs().device()).lgamma();
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
    Tensor factorials = new Binomial(totalCount, probs()).expectedLogFactorial().sum(-1);
    return categorical.entropy().mul(totalCount).sub(logFactorial()).add(factorials);
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    Shape trials = Checks.joined(Shape.of(totalCount), Checks.without(shape, 1));
    Tensor drawn = categorical.draw(random, trials);
    return drawn.oneHot(categorical.numEvents()).sum(0).to(probs().dtype());
  }
}
