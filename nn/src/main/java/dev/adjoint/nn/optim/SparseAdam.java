package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Adam for tables of which a batch reads a few rows: moments and values of other rows stay as they are.
 *
 * <p>With gradient g at update t, for the rows that were read: {@code m = beta1 * m + (1 - beta1) * g},
 * {@code v = beta2 * v + (1 - beta2) * g^2},
 * {@code w = w - learningRate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)}, where t counts all updates of the
 * table. Parameters must be {@linkplain Parameter#sparse(boolean) sparse}. There is no weight decay, as it changes all rows.
 */
public final class SparseAdam extends Optimizer {
  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double epsilon = 1e-8;

  /** SparseAdam with betas 0.9 and 0.999 and epsilon 1e-8. */
  public SparseAdam(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** SparseAdam of several groups. */
  public SparseAdam(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets how slowly the two moments forget, each in [0, 1); returns this. */
  public SparseAdam betas(double beta1, double beta2) {
    this.beta1 = Hyper.fraction("beta1", beta1);
    this.beta2 = Hyper.fraction("beta2", beta2);
    return this;
  }

  /** Sets the term that keeps the denominator from zero; returns this. */
  public SparseAdam epsilon(double epsilon) {
    this.epsilon = Hyper.notNegative("epsilon", epsilon);
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public SparseAdam maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  void scheduledMomentum(double factor) {
    beta1 = Hyper.fraction("beta1", factor);
  }

  @Override
  protected boolean takesSparse() {
    return true;
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    if (!state.parameter().sparse()) {
      throw new IllegalArgumentException(
          "sparseAdam: parameter "
              + state.parameter().name()
              + " is not sparse: use Adam, or sparse(true) of an Embedding");
    }
    Tensor m = state.get("exp_avg");
    m = state.set("exp_avg", m.add(gradient.sub(m).mul(1 - beta1)));
    Tensor v = state.get("exp_avg_sq");
    v = state.set("exp_avg_sq", v.add(gradient.square().sub(v).mul(1 - beta2)));
    double scale = Math.sqrt(1 - Math.pow(beta2, state.step()));
    double rate = group.learningRate() * scale / (1 - Math.pow(beta1, state.step()));
    return parameter.sub(m.mul(rate).div(v.sqrt().add(epsilon)));
  }
}
