package dev.adjoint.nn;

import dev.adjoint.Parameter;
import java.util.Map;

/** Recurrences in plain arithmetic of doubles, one sequence at a time. */
final class RecurrentReference {
  private final Map<String, Parameter> parameters;
  private final String kind;
  private final int hidden;

  RecurrentReference(Map<String, Parameter> parameters, String kind, int hidden) {
    this.parameters = parameters;
    this.kind = kind;
    this.hidden = hidden;
  }

  /** The outputs [length][hidden] of one direction of a layer; state {h} or {h, c} is changed to the last one. */
  double[][] run(double[][] x, String suffix, boolean backward, double[][] state) {
    double[][] outputs = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      int t = backward ? x.length - 1 - i : i;
      double[] in = gates("ih", suffix, x[t]);
      double[] own = gates("hh", suffix, state[0]);
      double[] h = new double[hidden];
      for (int j = 0; j < hidden; j++) {
        h[j] = element(in, own, j, state);
      }
      state[0] = h;
      outputs[t] = h;
    }
    return outputs;
  }

  private double element(double[] in, double[] own, int j, double[][] state) {
    int f = hidden + j;
    int g = 2 * hidden + j;
    int o = 3 * hidden + j;
    switch (kind) {
      case "LSTM" -> {
        double cell =
            sigmoid(in[f] + own[f]) * state[1][j]
                + sigmoid(in[j] + own[j]) * Math.tanh(in[g] + own[g]);
        state[1][j] = cell;
        return sigmoid(in[o] + own[o]) * Math.tanh(cell);
      }
      case "GRU" -> {
        double update = sigmoid(in[f] + own[f]);
        double candidate = Math.tanh(in[g] + sigmoid(in[j] + own[j]) * own[g]);
        return (1 - update) * candidate + update * state[0][j];
      }
      case "RELU" -> {
        return Math.max(0, in[j] + own[j]);
      }
      default -> {
        return Math.tanh(in[j] + own[j]);
      }
    }
  }

  private double[] gates(String part, String suffix, double[] x) {
    Parameter weight = parameters.get("weight_" + part + suffix);
    double[] w = weight.toDoubles();
    Parameter bias = parameters.get("bias_" + part + suffix);
    double[] y = bias == null ? new double[weight.dim(0)] : bias.toDoubles();
    for (int row = 0; row < y.length; row++) {
      for (int k = 0; k < x.length; k++) {
        y[row] += w[row * x.length + k] * x[k];
      }
    }
    return y;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
