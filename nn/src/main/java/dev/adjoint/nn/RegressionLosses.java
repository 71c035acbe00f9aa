package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;

/** Losses of numbers that are to be predicted. */
abstract sealed class RegressionLosses permits ClassificationLosses {
  /** Only {@link Losses} is called. */
  RegressionLosses() {}

  /** The mean of {@code (prediction - target)^2}. */
  public static Tensor mse(Tensor prediction, Tensor target) {
    return mse(prediction, target, Reduction.MEAN);
  }

  /** {@code (prediction - target)^2}, reduced. */
  public static Tensor mse(Tensor prediction, Tensor target, Reduction reduction) {
    return reduction.apply(difference("mse", prediction, target).square());
  }

  /** The mean of {@code |prediction - target|}. */
  public static Tensor l1(Tensor prediction, Tensor target) {
    return l1(prediction, target, Reduction.MEAN);
  }

  /** {@code |prediction - target|}, reduced. */
  public static Tensor l1(Tensor prediction, Tensor target, Reduction reduction) {
    return reduction.apply(difference("l1", prediction, target).abs());
  }

  /** The mean of the Huber loss with a threshold of 1. */
  public static Tensor huber(Tensor prediction, Tensor target) {
    return huber(prediction, target, 1, Reduction.MEAN);
  }

  /**
   * With d = prediction - target: {@code d^2 / 2} where |d| is up to delta, {@code delta * (|d| - delta / 2)} beyond;
   * reduced.
   *
   * @param delta above 0; with infinity it is half the squared error
   */
  public static Tensor huber(Tensor prediction, Tensor target, double delta, Reduction reduction) {
    if (!(delta > 0)) {
      throw OpError.of("huber", "delta must be above 0, not " + delta);
    }
    Tensor size = difference("huber", prediction, target).abs();
    Tensor bent = size.minimum(delta);
    return reduction.apply(bent.mul(size.sub(bent.mul(0.5))));
  }

  /** The mean of the smooth L1 loss with a threshold of 1, the same as the Huber loss. */
  public static Tensor smoothL1(Tensor prediction, Tensor target) {
    return smoothL1(prediction, target, 1, Reduction.MEAN);
  }

  /**
   * The Huber loss with delta = beta, divided by beta; reduced.
   *
   * @param beta from 0 on; with 0 it is {@link #l1}
   */
  public static Tensor smoothL1(
      Tensor prediction, Tensor target, double beta, Reduction reduction) {
    if (!(beta >= 0)) {
      throw OpError.of("smoothL1", "beta must be from 0 on, not " + beta);
    }
    Tensor size = difference("smoothL1", prediction, target).abs();
    // What f32 rounds to 0 must not be divided by either; the two losses then differ by less than
    // beta.
    if (beta < Float.MIN_NORMAL) {
      return reduction.apply(size);
    }
    Tensor bent = size.minimum(beta);
    return reduction.apply(bent.div(beta).mul(size.sub(bent.mul(0.5))));
  }

  /** The mean of {@code exp(input) - target * input} for logarithms of rates and counts. */
  public static Tensor poissonNll(Tensor input, Tensor target) {
    return poissonNll(input, target, true, false, 1e-8, Reduction.MEAN);
  }

  /**
   * The negative logarithm of the probability of counts under Poisson distributions; reduced.
   *
   * @param logInput whether the input is the logarithm of a rate, {@code exp(input) - target * input}, or the rate,
   *     {@code input - target * log(input + eps)}
   * @param full whether {@code log(target!)} is added, where the target is above 1, in Stirling's approximation
   *     {@code target log(target) - target + log(2 pi target) / 2}
   * @param eps above 0; keeps the logarithm of a rate of 0 finite
   */
  public static Tensor poissonNll(
      Tensor input,
      Tensor target,
      boolean logInput,
      boolean full,
      double eps,
      Reduction reduction) {
    requirePositive("poissonNll", eps);
    Tensor t = Checks.target("poissonNll", input, target);
    Tensor values =
        logInput ? input.exp().sub(t.mul(input)) : input.sub(t.mul(input.add(eps).log()));
    if (full) {
      Tensor large = t.gt(1);
      Tensor n = large.where(t, 1);
      Tensor stirling = n.mul(n.log()).sub(n).add(n.mul(2 * Math.PI).log().mul(0.5));
      values = values.add(large.where(stirling, 0));
    }
    return reduction.apply(values);
  }

  /** The mean of {@code (log(var) + (input - target)^2 / var) / 2}, see the other form. */
  public static Tensor gaussianNll(Tensor input, Tensor target, Tensor var) {
    return gaussianNll(input, target, var, false, 1e-6, Reduction.MEAN);
  }

  /**
   * The negative logarithm of the density of targets under normal distributions with means {@code input} and variances
   * {@code var}: {@code (log(var) + (input - target)^2 / var) / 2}; reduced. To compute it with a variance below 0 is an
   * {@link ArithmeticException}.
   *
   * @param var of the shape of the input, or without its last axis or with 1 there, if all along it have one variance
   * @param full whether {@code log(2 pi) / 2} is added
   * @param eps above 0; smaller variances count as this, with the gradient that they had there
   */
  public static Tensor gaussianNll(
      Tensor input, Tensor target, Tensor var, boolean full, double eps, Reduction reduction) {
    requirePositive("gaussianNll", eps);
    Tensor t = Checks.target("gaussianNll", input, target);
    Tensor given = variances(input, var);
    Tensor raw = given.detach();
    Tensor negative = raw.lt(0).any().to(DType.I32);
    Tensor checked =
        new Tensor(
            RangeCheck.unless("gaussianNll: a variance is below 0", negative.node(), given.node()));
    Tensor v = checked.add(raw.clampMin(eps).sub(raw));
    Tensor values = v.log().add(input.sub(t).square().div(v)).mul(0.5);
    return reduction.apply(full ? values.add(0.5 * Math.log(2 * Math.PI)) : values);
  }

  private static Tensor variances(Tensor input, Tensor var) {
    Tensor v = var.to(input.dtype());
    if (v.shape().equals(input.shape())) {
      return v;
    }
    if (input.rank() > 0) {
      Tensor first = input.narrow(-1, 0, Math.min(1, input.dim(-1)));
      if (v.shape().equals(first.shape())) {
        return v;
      }
      if (v.shape().equals(first.squeeze(-1).shape())) {
        return v.unsqueeze(-1);
      }
    }
    throw OpError.of(
        "gaussianNll",
        "var "
            + var.shape()
            + " must have the shape "
            + input.shape()
            + " of the input, be without its last axis or have 1 there");
  }

  private static void requirePositive(String op, double eps) {
    if (!(eps > 0)) {
      throw OpError.of(op, "eps must be above 0, not " + eps);
    }
  }

  private static Tensor difference(String op, Tensor prediction, Tensor target) {
    return prediction.sub(Checks.target(op, prediction, target));
  }
}
