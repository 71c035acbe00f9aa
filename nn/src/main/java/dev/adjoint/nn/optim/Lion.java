package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Steps of one size in the direction of the sign of a momentum (Chen et al. 2023, "Symbolic discovery of optimization
 * algorithms").
 *
 * <p>With gradient g: {@code w = w * (1 - learningRate * weightDecay) - learningRate * sign(beta1 * m + (1 - beta1) * g)}, then
 * {@code m = beta2 * m + (1 - beta2) * g}.
 */
public final class Lion extends Optimizer {
  private double beta1 = 0.9;
  private double beta2 = 0.99;

  /** Lion with learning rate 1e-4. */
  public Lion(Collection<Parameter> parameters) {
    this(parameters, 1e-4);
  }

  /** Lion with betas 0.9 and 0.99 and no weight decay. */
  public Lion(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** Lion of several groups. */
  public Lion(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets the part of the momentum in the direction and in its next value, each in [0, 1); returns this. */
  public Lion betas(double beta1, double beta2) {
    this.beta1 = Hyper.fraction("beta1", beta1);
    this.beta2 = Hyper.fraction("beta2", beta2);
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public Lion weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public Lion maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  protected Tensor update(Tensor parameter, Tensor g, ParameterState state, ParameterGroup group) {
    Tensor m = state.get("exp_avg");
    Tensor direction = m.mul(beta1).add(g.mul(1 - beta1)).sign();
    state.set("exp_avg", m.mul(beta2).add(g.mul(1 - beta2)));
    double rate = group.learningRate();
    return parameter.mul(1 - rate * group.weightDecay()).sub(direction.mul(rate));
  }
}
