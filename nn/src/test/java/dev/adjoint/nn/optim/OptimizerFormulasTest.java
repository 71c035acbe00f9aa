package dev.adjoint.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Each optimizer against its formula as a plain loop over one number at a time, in double precision, for 100 steps. */
class OptimizerFormulasTest {
  private static final double[] START = {1.5, -0.7, 0, 3, -2.25};
  private static final double RATE = 0.02;

  /** The formula for one number: keeps its state in fields. */
  private abstract static class Formula {
    double a;
    double b;
    double c;

    abstract double next(double w, double g, int t);
  }

  /** The gradient of a bumpy bowl, with a part that varies from step to step. */
  private static double gradient(double w, int i, int t) {
    return w * (i + 1) * 0.5 + Math.cos(0.3 * t + i);
  }

  private static Tensor tensor(DType dtype, double[] values) {
    return Scope.withDType(dtype, () -> Tensors.of(values));
  }

  private static void compare(
      Function<List<Parameter>, Optimizer> make, Supplier<Formula> formula) {
    compare(make, formula, 1);
  }

  private static void compare(
      Function<List<Parameter>, Optimizer> make, Supplier<Formula> formula, double scale) {
    for (DType dtype : List.of(DType.F64, DType.F32)) {
      var w = new Parameter("w", tensor(dtype, START));
      Optimizer optimizer = make.apply(List.of(w));
      double[] expected = START.clone();
      var formulas = new Formula[START.length];
      for (int i = 0; i < START.length; i++) {
        formulas[i] = formula.get();
      }
      double[] factor = new double[START.length];
      double[] term = new double[START.length];
      for (int t = 1; t <= 100; t++) {
        for (int i = 0; i < START.length; i++) {
          expected[i] = formulas[i].next(expected[i], gradient(expected[i], i, t), t);
          factor[i] = (i + 1) * 0.5;
          term[i] = Math.cos(0.3 * t + i);
        }
        Tensor value = w.value();
        Tensor g = value.detach().mul(tensor(dtype, factor)).add(tensor(dtype, term)).mul(scale);
        optimizer.step(new Gradients(Map.of(value.node(), g)));
      }
      assertArrayEquals(
          expected, w.toDoubles(), dtype == DType.F64 ? 1e-10 : 2e-5, dtype.toString());
    }
  }

  @Test
  void sgd() {
    compare(
        w -> new SGD(w, RATE),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                return w - RATE * g;
              }
            });
  }

  @Test
  void sgdWithMomentumDampeningAndDecay() {
    compare(
        w -> new SGD(w, RATE).momentum(0.9).dampening(0.3).weightDecay(0.1),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                double d = g + 0.1 * w;
                a = t == 1 ? d : 0.9 * a + 0.7 * d;
                return w - RATE * a;
              }
            });
  }

  @Test
  void sgdWithNesterovMomentum() {
    compare(
        w -> new SGD(w, RATE).momentum(0.8).nesterov(true),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                a = 0.8 * a + g;
                return w - RATE * (g + 0.8 * a);
              }
            });
  }

  @Test
  void adam() {
    compare(
        w -> new Adam(w, RATE).betas(0.8, 0.99).epsilon(1e-6).weightDecay(0.05),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                double d = g + 0.05 * w;
                a = 0.8 * a + 0.2 * d;
                b = 0.99 * b + 0.01 * d * d;
                double m = a / (1 - Math.pow(0.8, t));
                double v = b / (1 - Math.pow(0.99, t));
                return w - RATE * m / (Math.sqrt(v) + 1e-6);
              }
            });
  }

  @Test
  void adamWithTheLargestSecondMoment() {
    compare(
        w -> new Adam(w, RATE).amsgrad(true),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                a = 0.9 * a + 0.1 * g;
                b = 0.999 * b + 0.001 * g * g;
                c = Math.max(c, b);
                double v = c / (1 - Math.pow(0.999, t));
                return w - RATE * a / (1 - Math.pow(0.9, t)) / (Math.sqrt(v) + 1e-8);
              }
            });
  }

  @Test
  void adamW() {
    compare(
        w -> new AdamW(w, RATE).weightDecay(0.3),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                a = 0.9 * a + 0.1 * g;
                b = 0.999 * b + 0.001 * g * g;
                double m = a / (1 - Math.pow(0.9, t));
                double v = b / (1 - Math.pow(0.999, t));
                return w * (1 - RATE * 0.3) - RATE * m / (Math.sqrt(v) + 1e-8);
              }
            });
  }

  @Test
  void nAdam() {
    compare(
        w -> new NAdam(w, RATE).weightDecay(0.05),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                double d = g + 0.05 * w;
                a = 0.9 * a + 0.1 * d;
                b = 0.999 * b + 0.001 * d * d;
                double mu = 0.9 * (1 - 0.5 * Math.pow(0.96, t * 0.004));
                double next = 0.9 * (1 - 0.5 * Math.pow(0.96, (t + 1) * 0.004));
                c = t == 1 ? mu : c * mu;
                double m = next * a / (1 - c * next) + (1 - mu) * d / (1 - c);
                return w - RATE * m / (Math.sqrt(b / (1 - Math.pow(0.999, t))) + 1e-8);
              }
            });
  }

  @Test
  void rmsProp() {
    compare(
        w -> new RMSprop(w, RATE).alpha(0.9).epsilon(1e-4).weightDecay(0.1),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                double d = g + 0.1 * w;
                a = 0.9 * a + 0.1 * d * d;
                return w - RATE * d / (Math.sqrt(a) + 1e-4);
              }
            });
  }

  @Test
  void rmsPropCenteredWithMomentum() {
    compare(
        w -> new RMSprop(w, RATE).centered(true).momentum(0.5).epsilon(1e-2),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                a = 0.99 * a + 0.01 * g * g;
                b = 0.99 * b + 0.01 * g;
                c = 0.5 * c + g / (Math.sqrt(a - b * b) + 1e-2);
                return w - RATE * c;
              }
            });
  }

  @Test
  void adagrad() {
    compare(
        w -> new Adagrad(w, 0.3).decay(0.01).initial(0.1).weightDecay(0.02),
        () ->
            new Formula() {
              private boolean begun;

              @Override
              double next(double w, double g, int t) {
                double d = g + 0.02 * w;
                a = (begun ? a : 0.1) + d * d;
                begun = true;
                return w - 0.3 / (1 + (t - 1) * 0.01) * d / (Math.sqrt(a) + 1e-10);
              }
            });
  }

  @Test
  void adadelta() {
    compare(
        w -> new Adadelta(w, 1).rho(0.8).epsilon(1e-3),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                a = 0.8 * a + 0.2 * g * g;
                double u = Math.sqrt(b + 1e-3) / Math.sqrt(a + 1e-3) * g;
                b = 0.8 * b + 0.2 * u * u;
                return w - u;
              }
            });
  }

  @Test
  void l1MovesWeightsExactlyToZero() {
    compare(
        w -> {
          var group = new ParameterGroup(w, RATE).l1(0.5);
          return new SGD(List.of(group));
        },
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                double moved = w - RATE * g;
                return Math.signum(moved) * Math.max(Math.abs(moved) - RATE * 0.5, 0);
              }
            });
  }

  @Test
  void adamax() {
    compare(
        w -> new Adamax(w, RATE).betas(0.8, 0.95).epsilon(1e-3).weightDecay(0.05),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                double d = g + 0.05 * w;
                a = 0.8 * a + 0.2 * d;
                b = Math.max(0.95 * b, Math.abs(d) + 1e-3);
                return w - RATE / (1 - Math.pow(0.8, t)) * a / b;
              }
            });
  }

  private static Formula rAdam(double beta2, boolean decoupled) {
    return new Formula() {
      @Override
      double next(double w, double g, int t) {
        double d = decoupled ? g : g + 0.05 * w;
        double from = decoupled ? w * (1 - RATE * 0.05) : w;
        a = 0.9 * a + 0.1 * d;
        b = beta2 * b + (1 - beta2) * d * d;
        double m = a / (1 - Math.pow(0.9, t));
        double most = 2 / (1 - beta2) - 1;
        double length = most - 2 * t * Math.pow(beta2, t) / (1 - Math.pow(beta2, t));
        if (length <= 5) {
          return from - RATE * m;
        }
        double l = Math.sqrt(1 - Math.pow(beta2, t)) / (Math.sqrt(b) + 1e-8);
        double r =
            Math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length));
        return from - RATE * m * r * l;
      }
    };
  }

  @Test
  void rAdam() {
    compare(w -> new RAdam(w, RATE).weightDecay(0.05), () -> rAdam(0.999, false));
    compare(
        w -> new RAdam(w, RATE).betas(0.9, 0.9).weightDecay(0.05).decoupledWeightDecay(true),
        () -> rAdam(0.9, true));
    // With a short memory no step is adaptive.
    compare(w -> new RAdam(w, RATE).betas(0.9, 0.6).weightDecay(0.05), () -> rAdam(0.6, false));
  }

  @Test
  void asgd() {
    compare(
        w -> new ASGD(w, RATE).lambd(0.1).alpha(0.6).weightDecay(0.05),
        () ->
            new Formula() {
              private double eta = RATE;

              @Override
              double next(double w, double g, int t) {
                double next = w * (1 - 0.1 * eta) - eta * (g + 0.05 * w);
                eta = RATE / Math.pow(1 + 0.1 * RATE * t, 0.6);
                return next;
              }
            });
  }

  @Test
  void asgdKeepsTheAverage() {
    var w = new Parameter("w", tensor(DType.F64, START));
    var optimizer = new ASGD(List.of(w), RATE).t0(20);
    double[] average = new double[START.length];
    for (int t = 1; t <= 60; t++) {
      Tensor value = w.value();
      double[] g = new double[START.length];
      for (int i = 0; i < g.length; i++) {
        g[i] = Math.cos(t + i);
      }
      optimizer.step(new Gradients(Map.of(value.node(), tensor(DType.F64, g))));
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
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                double u = Math.signum(0.8 * a + 0.2 * g);
                a = 0.95 * a + 0.05 * g;
                return w * (1 - RATE * 0.1) - RATE * u;
              }
            });
  }

  @Test
  void rProp() {
    compare(
        w -> new Rprop(w, RATE).etas(0.4, 1.3).stepSizes(1e-3, 0.05),
        () ->
            new Formula() {
              private double size = RATE;

              @Override
              double next(double w, double g, int t) {
                double agreement = a * g;
                size *= agreement > 0 ? 1.3 : agreement < 0 ? 0.4 : 1;
                size = Math.clamp(size, 1e-3, 0.05);
                a = agreement < 0 ? 0 : g;
                return w - Math.signum(a) * size;
              }
            });
  }

  @Test
  void maximizeNegatesTheGradientButNotTheDecay() {
    compare(
        w -> new SGD(w, RATE).weightDecay(0.1).maximize(true),
        () ->
            new Formula() {
              @Override
              double next(double w, double g, int t) {
                return w - RATE * (-g * 0.5 + 0.1 * w);
              }
            },
        0.5);
    for (Function<List<Parameter>, Optimizer> make :
        List.<Function<List<Parameter>, Optimizer>>of(
            w -> new Adam(w, RATE).maximize(true),
            w -> new AdamW(w, RATE).maximize(true),
            w -> new NAdam(w, RATE).maximize(true),
            w -> new RAdam(w, RATE).maximize(true),
            w -> new Adamax(w, RATE).maximize(true),
            w -> new Adagrad(w, RATE).maximize(true),
            w -> new Adadelta(w, 1).maximize(true),
            w -> new RMSprop(w, RATE).maximize(true),
            w -> new ASGD(w, RATE).maximize(true),
            w -> new Rprop(w, RATE).maximize(true),
            w -> new Lion(w, RATE).maximize(true))) {
      var w = new Parameter("w", tensor(DType.F64, new double[] {1}));
      Optimizer optimizer = make.apply(List.of(w));
      optimizer.step(w.mul(2).sum().backward());
      assertTrue(w.item() > 0.999, optimizer.getClass().getSimpleName() + ": " + w.item());
    }
  }
}
