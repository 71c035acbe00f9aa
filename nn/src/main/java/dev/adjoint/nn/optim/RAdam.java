package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Adam whose steps are adaptive only once enough gradients have been seen (Liu et al. 2020).
 *
 * <p>With gradient g (plus weight decay times w) at update t: m and v as in {@link Adam}; {@code r = 2 / (1 - beta2) - 1}, {@code
 * n = r - 2 t beta2^t / (1 - beta2^t)}. Where n is above 5, {@code w = w - learningRate * m / (1 - beta1^t) * sqrt((n - 4) (n -
 * 2) r / ((r - 4) (r - 2) n)) * sqrt(1 - beta2^t) / (sqrt(v) + epsilon)}, otherwise {@code w = w - learningRate * m / (1 -
 * beta1^t)}.
 */
public final class RAdam extends Optimizer {
  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double epsilon = 1e-8;
  private boolean decoupled;

  /** RAdam with learning rate 1e-3, the default of PyTorch. */
  public RAdam(Collection<Parameter> parameters) {
    this(parameters, 1e-3);
  }

  /** RAdam with betas 0.9 and 0.999, epsilon 1e-8 and no weight decay. */
  public RAdam(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** RAdam of several groups. */
  public RAdam(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets how slowly the two moments forget, each in [0, 1); returns this. */
  public RAdam betas(double beta1, double beta2) {
    this.beta1 = Hyper.fraction("beta1", beta1);
    this.beta2 = Hyper.fraction("beta2", beta2);
    return this;
  }

  /** Sets the term that keeps the denominator from zero; returns this. */
  public RAdam epsilon(double value) {
    epsilon = Hyper.notNegative("epsilon", value);
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public RAdam weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses weight decay as in {@link AdamW}; returns this. */
  public RAdam decoupledWeightDecay(boolean on) {
    decoupled = on;
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public RAdam maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    Tensor w =
        decoupled ? parameter.mul(1 - group.learningRate() * group.weightDecay()) : parameter;
    Tensor g = decoupled ? gradient : group.decayed(gradient, parameter);
    Tensor m = state.get("exp_avg");
    m = state.set("exp_avg", m.add(g.sub(m).mul(1 - beta1)));
    Tensor v =
        state.set("exp_avg_sq", state.get("exp_avg_sq").mul(beta2).add(g.square().mul(1 - beta2)));
    long t = state.step();
    double rate = group.learningRate() / (1 - Math.pow(beta1, t));
    double power = Math.pow(beta2, t);
    double most = 2 / (1 - beta2) - 1;
    double n = most - 2 * t * power / (1 - power);
    if (n <= 5) {
      return w.sub(m.mul(rate));
    }
    double rectified = Math.sqrt((n - 4) * (n - 2) * most / ((most - 4) * (most - 2) * n));
    return w.sub(m.mul(rate * rectified * Math.sqrt(1 - power)).div(v.sqrt().add(epsilon)));
  }
}
