package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Division of the gradient by a running average of its size (Hinton).
 *
 * <p>With gradient g (plus weight decay times w): {@code v = alpha * v + (1 - alpha) * g^2}; if centered,
 * {@code a = alpha * a + (1 - alpha) * g} and v is replaced by {@code v - a^2}; {@code u = g / (sqrt(v) + epsilon)};
 * with momentum {@code b = momentum * b + u} replaces u; {@code w = w - learningRate * u}.
 */
public final class RMSprop extends Optimizer {
  private double alpha = 0.99;
  private double epsilon = 1e-8;
  private double momentum;
  private boolean centered;

  /** RMSprop with learning rate 1e-2, the default of PyTorch. */
  public RMSprop(Collection<Parameter> parameters) {
    this(parameters, 1e-2);
  }

  /** RMSprop with alpha 0.99, epsilon 1e-8 and no momentum. */
  public RMSprop(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** RMSprop of several groups. */
  public RMSprop(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets how slowly the average forgets, in [0, 1); returns this. */
  public RMSprop alpha(double factor) {
    alpha = Hyper.fraction("alpha", factor);
    return this;
  }

  /** Sets the term that keeps the denominator from zero; returns this. */
  public RMSprop epsilon(double value) {
    epsilon = Hyper.notNegative("epsilon", value);
    return this;
  }

  /** Sets the momentum, in [0, 1); returns this. */
  public RMSprop momentum(double factor) {
    momentum = Hyper.fraction("momentum", factor);
    return this;
  }

  /** Chooses to divide by the standard deviation of the gradient; returns this. */
  public RMSprop centered(boolean on) {
    centered = on;
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public RMSprop weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public RMSprop maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  void scheduledMomentum(double factor) {
    momentum(factor);
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    Tensor g = group.decayed(gradient, parameter);
    Tensor v =
        state.set("square_avg", state.get("square_avg").mul(alpha).add(g.square().mul(1 - alpha)));
    if (centered) {
      Tensor a = state.get("grad_avg");
      a = state.set("grad_avg", a.add(g.sub(a).mul(1 - alpha)));
      v = v.sub(a.square());
    }
    Tensor u = g.div(v.sqrt().add(epsilon));
    if (momentum != 0) {
      u = state.set("momentum_buffer", state.get("momentum_buffer").mul(momentum).add(u));
    }
    return parameter.sub(u.mul(group.learningRate()));
  }
}
