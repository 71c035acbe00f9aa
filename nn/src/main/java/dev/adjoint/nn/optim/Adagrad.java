package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Division of the gradient by the root of the sum of its squares (Duchi, Hazan and Singer).
 *
 * <p>With gradient g (plus weight decay times w) at update t: {@code s = s + g^2},
 * {@code w = w - learningRate / (1 + (t - 1) * decay) * g / (sqrt(s) + epsilon)}.
 */
public final class Adagrad extends Optimizer {
  private double decay;
  private double initial;
  private double epsilon = 1e-10;

  /** Adagrad with learning rate 1e-2, the default of PyTorch. */
  public Adagrad(Collection<Parameter> parameters) {
    this(parameters, 1e-2);
  }

  /** Adagrad with epsilon 1e-10, no decay of the learning rate, and sums that begin with 0. */
  public Adagrad(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** Adagrad of several groups. */
  public Adagrad(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets the decay of the learning rate; returns this. */
  public Adagrad decay(double factor) {
    decay = Hyper.notNegative("decay", factor);
    return this;
  }

  /** Sets the value with which the sums begin; to be called before the first step. Returns this. */
  public Adagrad initial(double value) {
    initial = Hyper.notNegative("initial", value);
    return this;
  }

  /** Sets the term that keeps the denominator from zero; returns this. */
  public Adagrad epsilon(double value) {
    epsilon = Hyper.notNegative("epsilon", value);
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public Adagrad weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public Adagrad maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  protected boolean takesSparse() {
    return true;
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    Tensor g = group.decayed(gradient, parameter);
    Tensor s = state.set("sum", state.get("sum", initial).add(g.square()));
    double rate = group.learningRate() / (1 + (state.step() - 1) * decay);
    return parameter.sub(g.mul(rate).div(s.sqrt().add(epsilon)));
  }
}
