package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Adaptive moment estimation (Kingma and Ba).
 *
 * <p>With gradient g (plus weight decay times w) at update t: {@code m = beta1 * m + (1 - beta1) * g},
 * {@code v = beta2 * v + (1 - beta2) * g^2},
 * {@code w = w - learningRate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)}.
 */
public final class Adam extends Optimizer {
  private final AdamRule rule = new AdamRule();

  /** Adam with learning rate 1e-3, the default of PyTorch. */
  public Adam(Collection<Parameter> parameters) {
    this(parameters, 1e-3);
  }

  /** Adam with betas 0.9 and 0.999, epsilon 1e-8 and no weight decay. */
  public Adam(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** Adam of several groups. */
  public Adam(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets how slowly the two moments forget, each in [0, 1); returns this. */
  public Adam betas(double beta1, double beta2) {
    rule.betas(beta1, beta2);
    return this;
  }

  /** Sets the term that keeps the denominator from zero; returns this. */
  public Adam epsilon(double epsilon) {
    rule.epsilon(epsilon);
    return this;
  }

  /** Chooses the variant that divides by the largest second moment so far; returns this. */
  public Adam amsgrad(boolean on) {
    rule.amsgrad(on);
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public Adam weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public Adam maximize(boolean on) {
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
    return rule.update(parameter, group.decayed(gradient, parameter), state, group.learningRate());
  }
}
