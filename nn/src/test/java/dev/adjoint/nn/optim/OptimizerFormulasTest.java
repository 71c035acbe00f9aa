package dev.adjoint.nn.optim;

import static dev.adjoint.nn.optim.FormulaTrace.compare;
import static dev.adjoint.nn.optim.FormulaTrace.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.nn.optim.FormulaTrace.Formula;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Each optimizer that takes gradients against its formula, in the order of PyTorch's documentation, with its options. L-BFGS is
 * compared in {@link LibtorchTracesTest}, and SparseAdam in {@link SparseGradientsTest}.
 */
class OptimizerFormulasTest {
  private static final double RATE = 0.02;

  @Test
  void sgd() {
    compare(w -> new SGD(w, RATE), (s, w, g, t) -> w - RATE * g);
  }

  @Test
  void sgdWithMomentumDampeningAndDecay() {
    compare(
        w -> new SGD(w, RATE).momentum(0.9).dampening(0.3).weightDecay(0.1),
        (s, w, g, t) -> {
          double d = g + 0.1 * w;
          s.a = t == 1 ? d : 0.9 * s.a + 0.7 * d;
          return w - RATE * s.a;
        });
  }

  @Test
  void sgdWithNesterovMomentum() {
    compare(
        w -> new SGD(w, RATE).momentum(0.8).nesterov(true),
        (s, w, g, t) -> {
          s.a = 0.8 * s.a + g;
          return w - RATE * (g + 0.8 * s.a);
        });
  }

  /** Adam, where a decay is part of the gradient, with the default betas. */
  private static Formula adam(double decay, boolean amsgrad) {
    return (s, w, g, t) -> {
      double d = g + decay * w;
      s.a = 0.9 * s.a + 0.1 * d;
      s.b = 0.999 * s.b + 0.001 * d * d;
      s.c = amsgrad ? Math.max(s.c, s.b) : s.b;
      double m = s.a / (1 - Math.pow(0.9, t));
      return w - RATE * m / (Math.sqrt(s.c / (1 - Math.pow(0.999, t))) + 1e-8);
    };
  }

  @Test
  void adam() {
    compare(w -> new Adam(w, RATE).weightDecay(0.05), adam(0.05, false));
    compare(w -> new Adam(w, RATE).amsgrad(true), adam(0, true));
    compare(
        w -> new Adam(w, RATE).betas(0.8, 0.99).epsilon(1e-6),
        (s, w, g, t) -> {
          s.a = 0.8 * s.a + 0.2 * g;
          s.b = 0.99 * s.b + 0.01 * g * g;
          double m = s.a / (1 - Math.pow(0.8, t));
          return w - RATE * m / (Math.sqrt(s.b / (1 - Math.pow(0.99, t))) + 1e-6);
        });
  }

  @Test
  void adamW() {
    for (boolean amsgrad : new boolean[] {false, true}) {
      Formula undecayed = adam(0, amsgrad);
      compare(
          w -> new AdamW(w, RATE).weightDecay(0.3).amsgrad(amsgrad),
          (s, w, g, t) -> undecayed.next(s, s.rounded(w * s.rounded(1 - RATE * 0.3)), g, t));
    }
  }

  @Test
  void nAdam() {
    compare(
        w -> new NAdam(w, RATE).weightDecay(0.05).momentumDecay(0.01),
        (s, w, g, t) -> {
          double d = g + 0.05 * w;
          s.a = 0.9 * s.a + 0.1 * d;
          s.b = 0.999 * s.b + 0.001 * d * d;
          double mu = 0.9 * (1 - 0.5 * Math.pow(0.96, t * 0.01));
          double next = 0.9 * (1 - 0.5 * Math.pow(0.96, (t + 1) * 0.01));
          s.c = t == 1 ? mu : s.c * mu;
          double m = next * s.a / (1 - s.c * next) + (1 - mu) * d / (1 - s.c);
          return w - RATE * m / (Math.sqrt(s.b / (1 - Math.pow(0.999, t))) + 1e-8);
        });
  }

  @Test
  void rmsProp() {
    compare(
        w -> new RMSprop(w, RATE).alpha(0.9).epsilon(1e-4).weightDecay(0.1),
        (s, w, g, t) -> {
          double d = g + 0.1 * w;
          s.a = 0.9 * s.a + 0.1 * d * d;
          return w - RATE * d / (Math.sqrt(s.a) + 1e-4);
        });
  }

  @Test
  void rmsPropCenteredWithMomentum() {
    compare(
        w -> new RMSprop(w, RATE).centered(true).momentum(0.5).epsilon(1e-2),
        (s, w, g, t) -> {
          s.a = 0.99 * s.a + 0.01 * g * g;
          s.b = 0.99 * s.b + 0.01 * g;
          s.c = 0.5 * s.c + g / (Math.sqrt(s.a - s.b * s.b) + 1e-2);
          return w - RATE * s.c;
        });
  }

  @Test
  void adagrad() {
    compare(
        w -> new Adagrad(w, 0.3).decay(0.01).initial(0.1).weightDecay(0.02),
        (s, w, g, t) -> {
          double d = g + 0.02 * w;
          s.a = (t == 1 ? 0.1 : s.a) + d * d;
          return w - 0.3 / (1 + (t - 1) * 0.01) * d / (Math.sqrt(s.a) + 1e-10);
        });
  }

  @Test
  void adadelta() {
    compare(
        w -> new Adadelta(w, 0.7).rho(0.8).epsilon(1e-3).weightDecay(0.05),
        (s, w, g, t) -> {
          double d = g + 0.05 * w;
          s.a = 0.8 * s.a + 0.2 * d * d;
          double u = Math.sqrt(s.b + 1e-3) / Math.sqrt(s.a + 1e-3) * d;
          s.b = 0.8 * s.b + 0.2 * u * u;
          return w - 0.7 * u;
        });
  }

  @Test
  void l1MovesWeightsExactlyToZero() {
    compare(
        w -> new SGD(List.of(new ParameterGroup(w, RATE).l1(0.5))),
        (s, w, g, t) -> {
          double moved = w - RATE * g;
          return Math.signum(moved) * Math.max(Math.abs(moved) - RATE * 0.5, 0);
        });
  }

  @Test
  void adamax() {
    compare(
        w -> new Adamax(w, RATE).betas(0.8, 0.95).epsilon(1e-3).weightDecay(0.05),
        (s, w, g, t) -> {
          double d = g + 0.05 * w;
          s.a = 0.8 * s.a + 0.2 * d;
          s.b = Math.max(0.95 * s.b, Math.abs(d) + 1e-3);
          return w - RATE / (1 - Math.pow(0.8, t)) * s.a / s.b;
        });
  }

  private static Formula rAdam(double beta2, boolean decoupled) {
    return (s, w, g, t) -> {
      double d = decoupled ? g : g + 0.05 * w;
      double from = decoupled ? s.rounded(w * s.rounded(1 - RATE * 0.05)) : w;
      s.a = 0.9 * s.a + 0.1 * d;
      s.b = beta2 * s.b + (1 - beta2) * d * d;
      double m = s.a / (1 - Math.pow(0.9, t));
      double most = 2 / (1 - beta2) - 1;
      double length = most - 2 * t * Math.pow(beta2, t) / (1 - Math.pow(beta2, t));
      if (length <= 5) {
        return from - RATE * m;
      }
      double l = Math.sqrt(1 - Math.pow(beta2, t)) / (Math.sqrt(s.b) + 1e-8);
      double r = Math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length));
      return from - RATE * m * r * l;
    };
  }

  @Test
  void rAdam() {
    compare(w -> new RAdam(w, RATE).weightDecay(0.05), rAdam(0.999, false));
    compare(
        w -> new RAdam(w, RATE).betas(0.9, 0.9).weightDecay(0.05).decoupledWeightDecay(true),
        rAdam(0.9, true));
    // With a short memory no step is adaptive.
    compare(w -> new RAdam(w, RATE).betas(0.9, 0.6).weightDecay(0.05), rAdam(0.6, false));
  }

  @Test
  void asgd() {
    compare(
        w -> new ASGD(w, RATE).lambd(0.1).alpha(0.6).weightDecay(0.05),
        (s, w, g, t) -> {
          double eta = RATE / Math.pow(1 + 0.1 * RATE * (t - 1), 0.6);
          return w * (1 - 0.1 * eta) - eta * (g + 0.05 * w);
        });
  }

  @Test
  void asgdKeepsTheAverage() {
    double[] start = {1.5, -0.7, 0, 3, -2.25};
    var w = new Parameter("w", tensor(DType.F64, start));
    var optimizer = new ASGD(List.of(w), RATE).t0(20);
    double[] average = new double[start.length];
    for (int t = 1; t <= 60; t++) {
      double[] g = new double[start.length];
      for (int i = 0; i < g.length; i++) {
        g[i] = Math.cos(t + i);
      }
      optimizer.step(new Gradients(Map.of(w.value().node(), tensor(DType.F64, g))));
      double[] now = w.toDoubles();
      for (int i = 0; i < g.length; i++) {
        // mu is that of the step before: 1 until 21 steps are done.
        double mu = 1 / Math.max(1, t - 1 - 20.0);
        average[i] += mu * (now[i] - average[i]);
      }
    }
    assertArrayEquals(average, optimizer.variables().get("0.ax").toDoubles(), 1e-12);
  }

  @Test
  void lion() {
    compare(
        w -> new Lion(w, RATE).betas(0.8, 0.95).weightDecay(0.1),
        (s, w, g, t) -> {
          double u = Math.signum(0.8 * s.a + 0.2 * g);
          s.a = 0.95 * s.a + 0.05 * g;
          return s.rounded(w * s.rounded(1 - RATE * 0.1)) - s.rounded(RATE) * u;
        });
  }

  @Test
  void rProp() {
    compare(
        w -> new Rprop(w, RATE).etas(0.4, 1.3).stepSizes(1e-3, 0.05),
        (s, w, g, t) -> {
          double agreement = s.a * g;
          double size = t == 1 ? s.rounded(RATE) : s.b;
          size *= agreement > 0 ? s.rounded(1.3) : agreement < 0 ? s.rounded(0.4) : 1;
          s.b = Math.clamp(size, s.rounded(1e-3), s.rounded(0.05));
          s.a = agreement < 0 ? 0 : g;
          return w - Math.signum(s.a) * s.b;
        });
  }
}
