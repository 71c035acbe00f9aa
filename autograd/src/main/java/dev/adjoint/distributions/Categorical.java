package dev.adjoint.distributions;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/**
 * The distribution of the number (i64) of a category. The categories lie along the last axis of the parameters. As their numbers
 * are names, mean and variance are NaN.
 */
public final class Categorical implements Distribution {
  private final Tensor probs;
  private final Tensor logits;

  private Categorical(Tensor probs, Tensor logits) {
    this.probs = probs;
    this.logits = logits;
  }

  /** The distributions with probabilities in proportion to these, which are not negative and not all 0. */
  public Categorical(Tensor probs) {
    Tensor p =
        Constraint.NOT_NEGATIVE.check(
            "Categorical", "probs", Checks.parameter("Categorical", probs, 1));
    this.probs = p.div(p.sum(-1, true));
    this.logits = Checks.inside(this.probs).log();
  }

  /** The distributions of which the probabilities are the softmax of logits. */
  public static Categorical ofLogits(Tensor logits) {
    Tensor x = Checks.parameter("Categorical", logits, 1);
    return new Categorical(x.softmax(-1), x.logSoftmax(-1));
  }

  /** The probabilities, which add up to 1. */
  public Tensor probs() {
    return probs;
  }

  /** The logarithms of the probabilities. */
  public Tensor logits() {
    return logits;
  }

  /** The number of categories. */
  public int numEvents() {
    return probs.dim(-1);
  }

  /** These distributions, broadcast to a batch. */
  Categorical expand(Shape batch) {
    Shape shape = Checks.joined(batch, Shape.of(numEvents()));
    return new Categorical(probs.broadcastTo(shape), logits.broadcastTo(shape));
  }

  @Override
  public Shape batchShape() {
    return Checks.without(probs.shape(), 1);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IndexOutOfBoundsException if a value numbers no category, at the call or when it is computed
   */
  @Override
  public Tensor logProb(Tensor value) {
    Checks.value(this, probs.dtype(), value);
    Shape shape = Shape.broadcast(value.shape(), batchShape(), "Categorical");
    Tensor all = logits.broadcastTo(Checks.joined(shape, Shape.of(numEvents())));
    Tensor positions = value.to(DType.I64).broadcastTo(shape).unsqueeze(-1);
    return all.gather(-1, positions).squeeze(-1);
  }

  @Override
  public Tensor mean() {
    return Tensors.full(batchShape(), Double.NaN, probs.dtype(), probs.device());
  }

  @Override
  public Tensor variance() {
    return mean();
  }

  @Override
  public Tensor entropy() {
    return probs.mul(finite(logits)).sum(-1).neg();
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    int batch = (int) batchShape().size();
    int count = batch == 0 ? 0 : (int) (shape.size() / batch);
    if (count == 0) {
      return Tensors.full(shape, 0, DType.I64, probs.device());
    }
    Tensor rows = probs.reshape(batch, numEvents());
    return random.multinomial(rows, count, true).t().reshape(shape);
  }

  /** Logarithms, of which those of 0 do not become NaN when they are multiplied by it. */
  private static Tensor finite(Tensor logits) {
    return logits.clampMin(logits.dtype().min());
  }

  /** The divergence from this to another, infinite if that excludes a category that this does not. */
  Tensor kl(Categorical q) {
    Tensor terms = probs.mul(finite(logits).sub(q.logits));
    Tensor excluded = q.probs.eq(0).where(Double.POSITIVE_INFINITY, terms);
    return probs.eq(0).where(0, excluded).sum(-1);
  }
}
