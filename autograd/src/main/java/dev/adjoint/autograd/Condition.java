package dev.adjoint.autograd;

import dev.adjoint.Tensor;

/** What is true or false within a {@link ScalarFunction}. */
public final class Condition {
  private final Scalar truth;

  Condition(Scalar truth) {
    this.truth = truth;
  }

  /** Whether both hold. */
  public Condition and(Condition other) {
    return new Condition(truth.with(other.truth, Tensor::logicalAnd));
  }

  /** Whether one or both hold. */
  public Condition or(Condition other) {
    return new Condition(truth.with(other.truth, Tensor::logicalOr));
  }

  /** Whether this does not hold. */
  public Condition not() {
    return new Condition(truth.map(Tensor::logicalNot));
  }

  /**
   * The {@code if} of these functions: one value where this holds, another elsewhere. Both are computed, and no gradient goes to
   * the one that is not taken. Yet where its own slope is infinite or NaN, so is the gradient, as 0 times that is NaN: clamp what
   * it is computed from.
   */
  public Scalar select(Scalar then, Scalar otherwise) {
    Tensor chosen = truth.value().where(then.value(), otherwise.value());
    return new Scalar(chosen, truth.ofRow() && then.ofRow() && otherwise.ofRow());
  }

  /** A value where this holds, a number elsewhere. */
  public Scalar select(Scalar then, double otherwise) {
    return select(then, then.like(otherwise));
  }

  /** A number where this holds, a value elsewhere. */
  public Scalar select(double then, Scalar otherwise) {
    return select(otherwise.like(then), otherwise);
  }
}
