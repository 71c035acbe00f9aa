package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Adam with the largest gradient in the place of the second moment (Kingma and Ba).
 *
 * <p>With gradient g (plus weight decay times w) at update t: {@code m = beta1 * m + (1 - beta1) * g},
 * {@code u = max(beta2 * u, |g| + epsilon)}, {@code w = w - learningRate / (1 - beta1^t) * m / u}.
 */
public final class Adamax extends Optimizer {
  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double epsilon = 1e-8;

  /** Adamax with learning rate 2e-3, the default of PyTorch. */
  public Adamax(Collection<Parameter> parameters) {
    this(parameters, 2e-3);
  }

  /** Adamax with betas 0.9 and 0.999 and epsilon 1e-8. */
  public Adamax(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** Adamax of several groups. */
  public Adamax(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets how slowly the moment and the largest gradient are forgotten, each in [0, 1); returns this. */
  public Adamax betas(double beta1, double beta2) {
    this.beta1 = Hyper.fraction("beta1", beta1);
    this.beta2 = Hyper.fraction("beta2", beta2);
    return this;
  }

  /** Sets the term that keeps the denominator from zero; returns this. */
  public Adamax epsilon(double value) {
    epsilon = Hyper.notNegative("epsilon", value);
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public Adamax weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public Adamax maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    Tensor g = group.decayed(gradient, parameter);
    Tensor m = state.get("exp_avg");
    m = state.set("exp_avg", m.add(g.sub(m).mul(1 - beta1)));
    Tensor u = state.set("exp_inf", state.get("exp_inf").mul(beta2).maximum(g.abs().add(epsilon)));
    double rate = group.learningRate() / (1 - Math.pow(beta1, state.step()));
    return parameter.sub(m.mul(rate).div(u));
  }
}
