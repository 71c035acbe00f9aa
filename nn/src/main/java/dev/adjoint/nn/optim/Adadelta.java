package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Steps in the units of the parameter (Zeiler).
 *
 * <p>With gradient g (plus weight decay times w): {@code v = rho * v + (1 - rho) * g^2},
 * {@code u = sqrt(d + epsilon) / sqrt(v + epsilon) * g}, {@code d = rho * d + (1 - rho) * u^2},
 * {@code w = w - learningRate * u}.
 */
public final class Adadelta extends Optimizer {
  private double rho = 0.9;
  private double epsilon = 1e-6;

  /** Adadelta with learning rate 1, the default of PyTorch. */
  public Adadelta(Collection<Parameter> parameters) {
    this(parameters, 1);
  }

  /** Adadelta with rho 0.9 and epsilon 1e-6. */
  public Adadelta(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** Adadelta of several groups. */
  public Adadelta(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets how slowly the averages forget, in [0, 1); returns this. */
  public Adadelta rho(double factor) {
    rho = Hyper.fraction("rho", factor);
    return this;
  }

  /** Sets the term that keeps the roots from zero; returns this. */
  public Adadelta epsilon(double value) {
    epsilon = Hyper.positive("epsilon", value);
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public Adadelta weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public Adadelta maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    Tensor g = group.decayed(gradient, parameter);
    Tensor v =
        state.set("square_avg", state.get("square_avg").mul(rho).add(g.square().mul(1 - rho)));
    Tensor d = state.get("acc_delta");
    Tensor u = d.add(epsilon).sqrt().div(v.add(epsilon).sqrt()).mul(g);
    state.set("acc_delta", d.mul(rho).add(u.square().mul(1 - rho)));
    return parameter.sub(u.mul(group.learningRate()));
  }
}
