package dev.adjoint.nn.optim;

import dev.adjoint.Tensor;

/** The update that Adam and AdamW share. */
final class AdamRule {
  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double epsilon = 1e-8;
  private boolean amsgrad;

  void betas(double beta1, double beta2) {
    this.beta1 = Hyper.fraction("beta1", beta1);
    this.beta2 = Hyper.fraction("beta2", beta2);
  }

  void beta1(double beta1) {
    this.beta1 = Hyper.fraction("beta1", beta1);
  }

  void epsilon(double epsilon) {
    this.epsilon = Hyper.notNegative("epsilon", epsilon);
  }

  void amsgrad(boolean on) {
    amsgrad = on;
  }

  Tensor update(Tensor parameter, Tensor g, ParameterState state, double learningRate) {
    Tensor m = state.get("exp_avg");
    m = state.set("exp_avg", m.add(g.sub(m).mul(1 - beta1)));
    Tensor v =
        state.set("exp_avg_sq", state.get("exp_avg_sq").mul(beta2).add(g.square().mul(1 - beta2)));
    if (amsgrad) {
      v = state.set("max_exp_avg_sq", state.get("max_exp_avg_sq").maximum(v));
    }
    double rate = learningRate / (1 - Math.pow(beta1, state.step()));
    double scale = Math.sqrt(1 - Math.pow(beta2, state.step()));
    // sqrt(v) / scale + epsilon, with both sides of the fraction multiplied by scale: one division
    // less per element.
    return parameter.sub(m.mul(rate * scale).div(v.sqrt().add(epsilon * scale)));
  }
}
