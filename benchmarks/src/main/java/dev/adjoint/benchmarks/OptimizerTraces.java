package dev.adjoint.benchmarks;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adagrad;
import org.bytedeco.pytorch.AdagradOptions;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.LBFGS;
import org.bytedeco.pytorch.LBFGSOptions;
import org.bytedeco.pytorch.LossClosure;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Prints how the optimizers of libtorch move two parameters in 100 steps: the values that the test of our optimizers
 * expects. From the root of the project, after some {@code bin/adjoint bench FILTER} has built the class path:
 *
 * <pre>{@code
 * java --enable-native-access=ALL-UNNAMED \
 *   -cp 'benchmarks/target/classes:benchmarks/target/lib/*' dev.adjoint.benchmarks.OptimizerTraces \
 *   > nn/src/test/resources/dev/adjoint/nn/optim/libtorch-traces.txt
 * }</pre>
 */
final class OptimizerTraces {
  private static final int STEPS = 100;
  private static final int EVERY = 10;
  private static final double[] START = {1.5, -0.7, 0, 3, -2.25, 0.4, -1.1, 2, -0.05, 0.9, -3.3};
  private static final int FIRST = 5;

  private static final List<String> CONFIGURATIONS =
      List.of(
          "sgd lr=0.1",
          "sgd lr=0.1 weight_decay=0.05",
          "sgd lr=0.1 momentum=0.9",
          "sgd lr=0.1 momentum=0.9 dampening=0.3",
          "sgd lr=0.1 momentum=0.9 nesterov=1",
          "sgd lr=0.05 momentum=0.8 dampening=0.5 weight_decay=0.1",
          "sgd lr=0.05 momentum=0.8 nesterov=1 weight_decay=0.1",
          "rmsprop lr=0.01",
          "rmsprop lr=0.02 alpha=0.9 eps=0.001",
          "rmsprop lr=0.02 weight_decay=0.1",
          "rmsprop lr=0.01 momentum=0.9",
          "rmsprop lr=0.01 centered=1",
          "rmsprop lr=0.01 alpha=0.95 momentum=0.5 centered=1 weight_decay=0.1",
          "adam lr=0.001",
          "adam lr=0.05",
          "adam lr=0.05 beta1=0.8 beta2=0.9 eps=0.001",
          "adam lr=0.05 weight_decay=0.1",
          "adam lr=0.05 beta2=0.9 amsgrad=1",
          "adamw lr=0.05",
          "adamw lr=0.05 weight_decay=0",
          "adamw lr=0.05 beta1=0.8 beta2=0.9 eps=0.001 weight_decay=0.1",
          "adamw lr=0.05 beta2=0.9 amsgrad=1 weight_decay=0.1",
          "adagrad lr=0.1",
          "adagrad lr=0.1 lr_decay=0.05",
          "adagrad lr=0.1 initial_accumulator_value=0.5 eps=0.001",
          "adagrad lr=0.1 lr_decay=0.01 weight_decay=0.1",
          "lbfgs lr=0.1 max_iter=1",
          "lbfgs lr=0.05 max_iter=3 history_size=4",
          "lbfgs lr=1 max_iter=1 strong_wolfe=1",
          "lbfgs lr=0.5 max_iter=2 history_size=5 strong_wolfe=1");

  private OptimizerTraces() {}

  /** Prints the traces. */
  public static void main(String[] arguments) {
    Libtorch.load();
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.printf(
        """
        # Parameters under the optimizers of libtorch %s; printed by dev.adjoint.benchmarks.OptimizerTraces.
        # There are two parameters, of the shapes [5] and [2, 3]; k counts their 11 values from 0 on through both. Before
        # step t = 1 ... 100 the gradient of value p is 0.3 * p + sin(t + k), computed in float64 and rounded to the type of
        # the parameters. A trace begins with that type, the optimizer, and those of its hyper-parameters that are not the
        # default; the lines below it are t and the values after step t. Those of lbfgs are by the sum over k of
        # (1 - p[k])^2 / 2, and of 5 * (p[k + 1] - p[k]^2)^2 but for the last one, in float64 only.
        """,
        Libtorch.version());
    for (ScalarType type : List.of(ScalarType.Double, ScalarType.Float)) {
      for (String configuration : CONFIGURATIONS) {
        if (configuration.startsWith("lbfgs") && type == ScalarType.Float) {
          continue; // a chain of some hundred roundings, of which each changes the next line search
        }
        try (var _ = new PointerScope()) {
          trace(configuration, type, out);
        }
      }
    }
  }

  private static void trace(String configuration, ScalarType type, PrintStream out) {
    Tensor first = tensor(START, 0, type, FIRST);
    Tensor second = tensor(START, FIRST, type, 2, 3);
    first.set_requires_grad(true);
    second.set_requires_grad(true);
    Optimizer optimizer = optimizer(configuration, new TensorVector(first, second));
    out.println((type == ScalarType.Float ? "float32 " : "float64 ") + configuration);
    double[] p = values(first, second);
    out.println(line(0, p, type));
    for (int t = 1; t <= STEPS; t++) {
      double[] g = new double[p.length];
      for (int k = 0; k < g.length; k++) {
        g[k] = 0.3 * p[k] + StrictMath.sin(t + k);
      }
      if (optimizer instanceof LBFGS lbfgs) {
        lbfgs.step(new Valley(first, second));
      } else {
        first.mutable_grad().put(tensor(g, 0, type, FIRST));
        second.mutable_grad().put(tensor(g, FIRST, type, 2, 3));
        optimizer.step();
      }
      p = values(first, second);
      if (t % EVERY == 0) {
        out.println(line(t, p, type));
      }
    }
  }

  /** A chain of curved valleys, with its gradients. */
  private static final class Valley extends LossClosure {
    private final Tensor first;
    private final Tensor second;

    Valley(Tensor first, Tensor second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public Tensor call() {
      first.mutable_grad().put(torch.zeros_like(first));
      second.mutable_grad().put(torch.zeros_like(second));
      Tensor p = torch.cat(new TensorVector(first, second.flatten()));
      long n = p.numel();
      Tensor beside = p.narrow(0, 1, n - 1).sub(p.narrow(0, 0, n - 1).square());
      Tensor before = torch.ones_like(p).sub(p);
      Tensor loss =
          before
              .square()
              .sum()
              .mul(new Scalar(0.5))
              .add(beside.square().sum().mul(new Scalar(5.0)));
      loss.backward();
      return loss;
    }
  }

  private static String line(int t, double[] values, ScalarType type) {
    var line = new StringJoiner(" ");
    line.add(Integer.toString(t));
    for (double value : values) {
      line.add(type == ScalarType.Float ? Float.toString((float) value) : Double.toString(value));
    }
    return line.toString();
  }

  /** A tensor of values from a position on. */
  private static Tensor tensor(double[] values, int from, ScalarType type, long... shape) {
    Tensor tensor = torch.zeros(shape).to(ScalarType.Double);
    tensor.data_ptr_double().put(values, from, (int) tensor.numel());
    return tensor.to(type);
  }

  private static double[] values(Tensor first, Tensor second) {
    double[] values = new double[START.length];
    first.detach().to(ScalarType.Double).data_ptr_double().get(values, 0, FIRST);
    second
        .detach()
        .to(ScalarType.Double)
        .data_ptr_double()
        .get(values, FIRST, values.length - FIRST);
    return values;
  }

  private static Optimizer optimizer(String configuration, TensorVector parameters) {
    String[] words = configuration.split(" ");
    var hyper = new LinkedHashMap<String, Double>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        hyper.put(word.substring(0, equals), Double.valueOf(word.substring(equals + 1)));
      }
    }
    Double rate = hyper.remove("lr");
    if (rate == null) {
      throw new IllegalArgumentException("optimizer traces: no lr in '" + configuration + "'");
    }
    Optimizer made = make(words[0], rate, hyper, parameters);
    if (!hyper.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer traces: '" + words[0] + "' has no " + hyper.keySet());
    }
    return made;
  }

  private static Optimizer make(
      String name, double rate, Map<String, Double> hyper, TensorVector parameters) {
    return switch (name) {
      case "sgd" -> {
        var options = new SGDOptions(rate);
        set(options.momentum(), hyper, "momentum");
        set(options.dampening(), hyper, "dampening");
        set(options.nesterov(), hyper, "nesterov");
        set(options.weight_decay(), hyper, "weight_decay");
        yield new SGD(parameters, options);
      }
      case "rmsprop" -> {
        var options = new RMSpropOptions(rate);
        set(options.alpha(), hyper, "alpha");
        set(options.eps(), hyper, "eps");
        set(options.momentum(), hyper, "momentum");
        set(options.centered(), hyper, "centered");
        set(options.weight_decay(), hyper, "weight_decay");
        yield new RMSprop(parameters, options);
      }
      case "adam" -> {
        var options = new AdamOptions(rate);
        setBetas(options.betas(), hyper);
        set(options.eps(), hyper, "eps");
        set(options.amsgrad(), hyper, "amsgrad");
        set(options.weight_decay(), hyper, "weight_decay");
        yield new Adam(parameters, options);
      }
      case "adamw" -> {
        var options = new AdamWOptions(rate);
        setBetas(options.betas(), hyper);
        set(options.eps(), hyper, "eps");
        set(options.amsgrad(), hyper, "amsgrad");
        set(options.weight_decay(), hyper, "weight_decay");
        yield new AdamW(parameters, options);
      }
      case "adagrad" -> {
        var options = new AdagradOptions(rate);
        set(options.lr_decay(), hyper, "lr_decay");
        set(options.initial_accumulator_value(), hyper, "initial_accumulator_value");
        set(options.eps(), hyper, "eps");
        set(options.weight_decay(), hyper, "weight_decay");
        yield new Adagrad(parameters, options);
      }
      case "lbfgs" -> {
        var options = new LBFGSOptions(rate);
        set(options.max_iter(), hyper, "max_iter");
        set(options.history_size(), hyper, "history_size");
        // The default is set when it is made, for the default of max_iter.
        options.max_eval().put(options.max_iter().get() * 5 / 4);
        if (hyper.remove("strong_wolfe") != null) {
          options.line_search_fn().put("strong_wolfe");
        }
        yield new LBFGS(parameters, options);
      }
      default ->
          throw new IllegalArgumentException("optimizer traces: no optimizer '" + name + "'");
    };
  }

  private static void set(DoublePointer option, Map<String, Double> hyper, String name) {
    Double value = hyper.remove(name);
    if (value != null) {
      option.put(value);
    }
  }

  private static void set(LongPointer option, Map<String, Double> hyper, String name) {
    Double value = hyper.remove(name);
    if (value != null) {
      option.put(value.longValue());
    }
  }

  private static void set(BoolPointer option, Map<String, Double> hyper, String name) {
    Double value = hyper.remove(name);
    if (value != null) {
      option.put(value != 0);
    }
  }

  // The two are a C++ tuple, whose order in memory is up to the library: GNU's has the last one
  // first.
  private static void setBetas(DoublePointer betas, Map<String, Double> hyper) {
    int first = betas.get(0) == 0.9 ? 0 : 1;
    if (betas.get(first) != 0.9 || betas.get(1 - first) != 0.999) {
      throw new IllegalStateException(
          "optimizer traces: the betas begin as " + betas.get(0) + ", " + betas.get(1));
    }
    set(betas.getPointer(first), hyper, "beta1");
    set(betas.getPointer(1 - first), hyper, "beta2");
  }
}
