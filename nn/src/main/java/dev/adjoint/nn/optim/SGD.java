package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Stochastic gradient descent, with momentum if asked for.
 *
 * <p>With gradient g (plus weight decay times w): {@code b = momentum * b + (1 - dampening) * g}, at the first update
 * {@code b = g}; {@code w = w - learningRate * b}, with Nesterov {@code w = w - learningRate * (g + momentum * b)}.
 */
public final class SGD extends Optimizer {
  private static final String MOMENTUM = "momentum_buffer";

  private double momentum;
  private double dampening;
  private boolean nesterov;

  /** Plain gradient descent with learning rate 1e-3, the default of PyTorch. */
  public SGD(Collection<Parameter> parameters) {
    this(parameters, 1e-3);
  }

  /** Plain gradient descent. */
  public SGD(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** Plain gradient descent of several groups. */
  public SGD(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets the momentum, in [0, 1); returns this. */
  public SGD momentum(double factor) {
    momentum = Hyper.fraction("momentum", factor);
    return this;
  }

  /** Sets how much less than the whole gradient enters the momentum, in [0, 1); returns this. */
  public SGD dampening(double factor) {
    dampening = Hyper.fraction("dampening", factor);
    return this;
  }

  /** Chooses Nesterov's momentum; needs a momentum and no dampening. Returns this. */
  public SGD nesterov(boolean on) {
    nesterov = on;
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public SGD weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public SGD maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  void scheduledMomentum(double factor) {
    momentum(factor);
  }

  @Override
  protected boolean takesSparse() {
    return momentum == 0;
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    if (nesterov && (momentum == 0 || dampening != 0)) {
      throw new IllegalStateException(
          "sgd: nesterov needs a momentum above 0 and no dampening, not "
              + momentum
              + " and "
              + dampening);
    }
    Tensor g = group.decayed(gradient, parameter);
    if (momentum != 0) {
      double fresh = state.step() == 1 ? 1 : 1 - dampening;
      Tensor b = state.set(MOMENTUM, state.get(MOMENTUM).mul(momentum).add(g.mul(fresh)));
      g = nesterov ? g.add(b.mul(momentum)) : b;
    }
    return parameter.sub(g.mul(group.learningRate()));
  }
}
