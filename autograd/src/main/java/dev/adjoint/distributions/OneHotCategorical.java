package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;

/** The distribution of a vector that is 1 at a category and 0 elsewhere. Categories lie along the last axis of the parameters. */
public final class OneHotCategorical implements Distribution {
  private final Categorical categorical;

  /** The distributions with probabilities in proportion to these, which are not negative and not all 0. */
  public OneHotCategorical(Tensor probs) {
    this(new Categorical(probs));
  }

  private OneHotCategorical(Categorical categorical) {
    this.categorical = categorical;
  }

  /** The distributions of which the probabilities are the softmax of logits. */
  public static OneHotCategorical ofLogits(Tensor logits) {
    return new OneHotCategorical(Categorical.ofLogits(logits));
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
    Tensor x = Constraint.BOOLEAN.value(this, probs().dtype(), value);
    String rule = "OneHotCategorical: a value must be 1 at one category";
    Tensor one = x.sum(-1, true).eq(1);
    return categorical.logProb(Checks.require(rule, one, x).argmax(-1));
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
    return categorical.entropy();
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    Tensor drawn = categorical.draw(random, Checks.without(shape, 1));
    return drawn.oneHot(categorical.numEvents()).to(probs().dtype());
  }

  /** The divergence from this to another. */
  Tensor kl(OneHotCategorical q) {
    return categorical.kl(q.categorical);
  }
}
