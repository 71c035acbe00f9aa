package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Adam with Nesterov's momentum (Dozat).
 *
 * <p>With gradient g (plus weight decay times w) at update t: {@code mu(t) = beta1 * (1 - 0.96^(t * decay) / 2)},
 * {@code m = beta1 * m + (1 - beta1) * g}, {@code v = beta2 * v + (1 - beta2) * g^2},
 * {@code n = (1 - mu(t)) * g / (1 - mu(1) ... mu(t)) + mu(t + 1) * m / (1 - mu(1) ... mu(t + 1))},
 * {@code w = w - learningRate * n / (sqrt(v / (1 - beta2^t)) + epsilon)}.
 */
public final class NAdam extends Optimizer {
  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double epsilon = 1e-8;
  private double decay = 4e-3;
  private double[] products = {1};

  /** NAdam with learning rate 2e-3, the default of PyTorch. */
  public NAdam(Collection<Parameter> parameters) {
    this(parameters, 2e-3);
  }

  /** NAdam with betas 0.9 and 0.999, epsilon 1e-8 and momentum decay 0.004. */
  public NAdam(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** NAdam of several groups. */
  public NAdam(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets how slowly the two moments forget, each in [0, 1); returns this. */
  public NAdam betas(double beta1, double beta2) {
    this.beta1 = Hyper.fraction("beta1", beta1);
    this.beta2 = Hyper.fraction("beta2", beta2);
    products = new double[] {1};
    return this;
  }

  /** Sets the term that keeps the denominator from zero; returns this. */
  public NAdam epsilon(double value) {
    epsilon = Hyper.notNegative("epsilon", value);
    return this;
  }

  /** Sets how fast the momentum grows to its full size; returns this. */
  public NAdam momentumDecay(double value) {
    decay = Hyper.notNegative("momentum decay", value);
    products = new double[] {1};
    return this;
  }

  /** Sets the weight decay of all groups; returns this. */
  public NAdam weightDecay(double factor) {
    groups().forEach(group -> group.weightDecay(factor));
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public NAdam maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    int t = Math.toIntExact(state.step());
    Tensor g = group.decayed(gradient, parameter);
    Tensor m = state.get("exp_avg");
    m = state.set("exp_avg", m.add(g.sub(m).mul(1 - beta1)));
    Tensor v =
        state.set("exp_avg_sq", state.get("exp_avg_sq").mul(beta2).add(g.square().mul(1 - beta2)));
    double scale = Math.sqrt(1 - Math.pow(beta2, t));
    double ofGradient = group.learningRate() * scale * (1 - momentum(t)) / (1 - product(t));
    double ofMoment = group.learningRate() * scale * momentum(t + 1) / (1 - product(t + 1));
    return parameter.sub(g.mul(ofGradient).add(m.mul(ofMoment)).div(v.sqrt().add(epsilon * scale)));
  }

  private double momentum(int t) {
    return beta1 * (1 - Math.pow(0.96, t * decay) / 2);
  }

  /** mu(1) ... mu(t), from a table that grows with t. */
  private double product(int t) {
    if (t >= products.length) {
      int known = products.length;
      products = Arrays.copyOf(products, 2 * t);
      for (int i = known; i < products.length; i++) {
        products[i] = products[i - 1] * momentum(i);
      }
    }
    return products[t];
  }
}
