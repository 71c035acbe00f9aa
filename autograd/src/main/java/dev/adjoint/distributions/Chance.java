package dev.adjoint.distributions;

import dev.adjoint.Tensor;

/**
 * The probability of success, as such and as the logarithm of its ratio to that of failure; each is computed from the other where
 * it is used.
 */
record Chance(Tensor probs, Tensor logits) {
  static Chance ofProbs(String name, Tensor probs) {
    Tensor p = Constraint.PROBABILITY.check(name, "probs", Checks.parameter(name, probs, 0));
    Tensor inside = Checks.inside(p);
    return new Chance(p, inside.log().sub(inside.neg().log1p()));
  }

  static Chance ofLogits(String name, Tensor logits) {
    Tensor x = Checks.parameter(name, logits, 0);
    return new Chance(x.sigmoid(), x);
  }

  /** The logarithm of the probability of success. */
  Tensor logOfSuccess() {
    return logits.logSigmoid();
  }

  /** The logarithm of the probability of failure. */
  Tensor logOfFailure() {
    return logits.neg().logSigmoid();
  }

  /** The expected logarithm of the probabilities that another chance gives. */
  Tensor expectedLog(Chance other) {
    return other.logOfFailure().add(probs.mul(other.logits));
  }

  /** The entropy of one trial. */
  Tensor entropy() {
    return expectedLog(this).neg();
  }

  /** The divergence of one trial from this to another. */
  Tensor kl(Chance q) {
    Tensor success = probs.mul(logOfSuccess().sub(q.logOfSuccess()));
    return success.add(probs.rsub(1).mul(logOfFailure().sub(q.logOfFailure())));
  }
}
