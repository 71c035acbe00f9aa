package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Stochastic gradient descent with the average of its parameters (Polyak and Juditsky).
 *
 * <p>With gradient g (plus weight decay times w) at update t:
 * {@code eta = learningRate / (1 + lambd * learningRate * (t - 1))^alpha}, {@code w = w * (1 - lambd * eta) - eta * g},
 * {@code a = a + (w - a) / max(1, t - 1 - t0)}. The average a of each parameter is its state {@code ax}, see {@link #variables}.
 */
public final class ASGD extends Optimizer {
  private double lambd = 1e-4;
  private double alpha = 0.75;
  private double t0 = 1e6;

  /** ASGD with learning rate 1e-2, the default of PyTorch. */
  public ASGD(Collection<Parameter> parameters) {
    this(parameters, 1e-2);
  }

  /** ASGD with lambd 1e-4, alpha 0.75 and averages that begin after 1e6 updates. */
  public ASGD(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** ASGD of several groups. */
  public ASGD(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets the factor of the decay; returns this. */
  public ASGD lambd(double factor) {
    lambd = Hyper.notNegative("lambd", factor);
    return this;
  }

  /** Sets the power by which the steps get smaller; returns this. */
  public ASGD alpha(double power) {
    alpha = Hyper.notNegative("alpha", power);
    return this;
  }

  /** Sets the number of updates after which the averages begin; returns this. */
  public ASGD t0(double updates) {
    t0 = Hyper.notNegative("t0", updates);
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public ASGD weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public ASGD maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    long before = state.step() - 1;
    double rate = group.learningRate();
    double eta = rate / Math.pow(1 + lambd * rate * before, alpha);
    Tensor g = group.decayed(gradient, parameter);
    Tensor w = parameter.mul(1 - lambd * eta).sub(g.mul(eta));
    Tensor a = state.get("ax");
    state.set("ax", a.add(w.sub(a).mul(1 / Math.max(1, before - t0))));
    return w;
  }
}
