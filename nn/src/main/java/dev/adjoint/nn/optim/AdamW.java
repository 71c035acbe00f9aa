package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter): {@code w = w * (1 - learningRate * weightDecay)}, then the
 * update of {@link Adam} by the plain gradient.
 */
public final class AdamW extends Optimizer {
  private final AdamRule rule = new AdamRule();

  /** AdamW with learning rate 1e-3, the default of PyTorch. */
  public AdamW(Collection<Parameter> parameters) {
    this(parameters, 1e-3);
  }

  /** AdamW with betas 0.9 and 0.999, epsilon 1e-8 and weight decay 0.01. */
  public AdamW(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
    weightDecay(0.01);
  }

  /** AdamW of several groups, each with the weight decay that it has. */
  public AdamW(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets how slowly the two moments forget, each in [0, 1); returns this. */
  public AdamW betas(double beta1, double beta2) {
    rule.betas(beta1, beta2);
    return this;
  }

  /** Sets the term that keeps the denominator from zero; returns this. */
  public AdamW epsilon(double epsilon) {
    rule.epsilon(epsilon);
    return this;
  }

  /** Chooses the variant that divides by the largest second moment so far; returns this. */
  public AdamW amsgrad(boolean on) {
    rule.amsgrad(on);
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public AdamW weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public AdamW maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  void scheduledMomentum(double factor) {
    rule.beta1(factor);
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    double rate = group.learningRate();
    return rule.update(parameter.mul(1 - rate * group.weightDecay()), gradient, state, rate);
  }
}
