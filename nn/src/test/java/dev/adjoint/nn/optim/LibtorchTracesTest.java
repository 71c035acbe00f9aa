package dev.adjoint.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.graph.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each optimizer against what libtorch computes, as libtorch-traces.txt describes it. */
class LibtorchTracesTest {
  private static final int FIRST = 5;

  /** The values of both parameters after some of the steps. */
  private record Trace(DType dtype, String configuration, TreeMap<Integer, double[]> values) {
    @Override
    public String toString() {
      return dtype + " " + configuration;
    }
  }

  private static List<Trace> traces() {
    var traces = new ArrayList<Trace>();
    var resource =
        Objects.requireNonNull(LibtorchTracesTest.class.getResourceAsStream("libtorch-traces.txt"));
    try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(
              line -> {
                if (Character.isDigit(line.charAt(0))) {
                  double[] numbers =
                      Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
                  traces
                      .getLast()
                      .values
                      .put((int) numbers[0], Arrays.copyOfRange(numbers, 1, numbers.length));
                } else {
                  String[] typed = line.split(" ", 2);
                  traces.add(new Trace(dtype(typed[0]), typed[1], new TreeMap<>()));
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return traces;
  }

  private static DType dtype(String name) {
    return switch (name) {
      case "float64" -> DType.F64;
      case "float32" -> DType.F32;
      default -> throw new IllegalArgumentException("no type " + name);
    };
  }

  // In float32 a step may end one rounding beside that of libtorch, which by 100 steps has added up
  // to 8e-7 at most.
  @ParameterizedTest
  @MethodSource("traces")
  void moveTheParametersAsLibtorch(Trace trace) {
    boolean searches = trace.configuration.startsWith("lbfgs");
    double tolerance = trace.dtype == DType.F64 && !searches ? 1e-12 : 1e-6;
    double[] start = Objects.requireNonNull(trace.values.get(0));
    var first = new Parameter("first", tensor(trace.dtype, start, 0, FIRST));
    var second = new Parameter("second", tensor(trace.dtype, start, FIRST, 2, 3));
    Optimizer optimizer = optimizer(trace.configuration, List.of(first, second));
    double[] actual = start;
    int compared = 0;
    for (int t = 1; t <= 100; t++) {
      double[] g = new double[start.length];
      for (int k = 0; k < g.length; k++) {
        g[k] = 0.3 * actual[k] + StrictMath.sin(t + k);
      }
      if (optimizer instanceof LBFGS lbfgs) {
        lbfgs.step(() -> valley(Tensors.cat(0, first, second.flatten())));
      } else {
        var gradients = new LinkedHashMap<Node, Tensor>();
        gradients.put(first.node(), tensor(trace.dtype, g, 0, FIRST));
        gradients.put(second.node(), tensor(trace.dtype, g, FIRST, 2, 3));
        optimizer.step(new Gradients(gradients));
      }
      actual = values(first, second);
      double[] expected = trace.values.get(t);
      if (expected != null) {
        for (int k = 0; k < g.length; k++) {
          double error = Math.abs(actual[k] - expected[k]) / Math.max(1, Math.abs(expected[k]));
          assertTrue(
              error <= tolerance,
              "value " + k + " after step " + t + ": " + actual[k] + ", not " + expected[k]);
          compared++;
        }
      }
    }
    assertEquals(10 * start.length, compared);
  }

  private static Tensor valley(Tensor p) {
    int n = p.dim(0);
    Tensor beside = p.narrow(0, 1, n - 1).sub(p.narrow(0, 0, n - 1).square());
    return p.rsub(1).square().sum().mul(0.5).add(beside.square().sum().mul(5));
  }

  /** A tensor of values from a position on. */
  private static Tensor tensor(DType dtype, double[] values, int from, int... shape) {
    double[] chosen =
        Arrays.copyOfRange(values, from, from + Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    return Scope.withDType(dtype, () -> Tensors.of(chosen, shape));
  }

  private static double[] values(Parameter first, Variable second) {
    return DoubleStream.concat(Arrays.stream(first.toDoubles()), Arrays.stream(second.toDoubles()))
        .toArray();
  }

  /** An optimizer on which the hyper-parameters that a configuration names are set, and no others. */
  private static Optimizer optimizer(String configuration, List<Parameter> parameters) {
    String[] words = configuration.split(" ");
    var hyper = new LinkedHashMap<String, Double>();
    for (String word : Arrays.copyOfRange(words, 1, words.length)) {
      String[] parts = word.split("=");
      hyper.put(parts[0], Double.valueOf(parts[1]));
    }
    double rate = Objects.requireNonNull(hyper.remove("lr"));
    return switch (words[0]) {
      case "sgd" -> sgd(new SGD(parameters, rate), hyper);
      case "rmsprop" -> rmsprop(new RMSprop(parameters, rate), hyper);
      case "adam" -> adam(new Adam(parameters, rate), hyper);
      case "adamw" -> adamw(new AdamW(parameters, rate), hyper);
      case "adagrad" -> adagrad(new Adagrad(parameters, rate), hyper);
      case "lbfgs" -> lbfgs(new LBFGS(parameters, rate), hyper);
      default -> throw new IllegalArgumentException("no optimizer " + words[0]);
    };
  }

  private static SGD sgd(SGD optimizer, Map<String, Double> hyper) {
    hyper.forEach(
        (name, value) -> {
          switch (name) {
            case "momentum" -> optimizer.momentum(value);
            case "dampening" -> optimizer.dampening(value);
            case "nesterov" -> optimizer.nesterov(value != 0);
            case "weight_decay" -> optimizer.weightDecay(value);
            default -> throw new IllegalArgumentException("no option " + name);
          }
        });
    return optimizer;
  }

  private static RMSprop rmsprop(RMSprop optimizer, Map<String, Double> hyper) {
    hyper.forEach(
        (name, value) -> {
          switch (name) {
            case "alpha" -> optimizer.alpha(value);
            case "eps" -> optimizer.epsilon(value);
            case "momentum" -> optimizer.momentum(value);
            case "centered" -> optimizer.centered(value != 0);
            case "weight_decay" -> optimizer.weightDecay(value);
            default -> throw new IllegalArgumentException("no option " + name);
          }
        });
    return optimizer;
  }

  private static Adam adam(Adam optimizer, Map<String, Double> hyper) {
    hyper.forEach(
        (name, value) -> {
          switch (name) {
            case "beta1", "beta2" ->
                optimizer.betas(
                    hyper.getOrDefault("beta1", 0.9), hyper.getOrDefault("beta2", 0.999));
            case "eps" -> optimizer.epsilon(value);
            case "amsgrad" -> optimizer.amsgrad(value != 0);
            case "weight_decay" -> optimizer.weightDecay(value);
            default -> throw new IllegalArgumentException("no option " + name);
          }
        });
    return optimizer;
  }

  private static AdamW adamw(AdamW optimizer, Map<String, Double> hyper) {
    hyper.forEach(
        (name, value) -> {
          switch (name) {
            case "beta1", "beta2" ->
                optimizer.betas(
                    hyper.getOrDefault("beta1", 0.9), hyper.getOrDefault("beta2", 0.999));
            case "eps" -> optimizer.epsilon(value);
            case "amsgrad" -> optimizer.amsgrad(value != 0);
            case "weight_decay" -> optimizer.weightDecay(value);
            default -> throw new IllegalArgumentException("no option " + name);
          }
        });
    return optimizer;
  }

  private static Adagrad adagrad(Adagrad optimizer, Map<String, Double> hyper) {
    hyper.forEach(
        (name, value) -> {
          switch (name) {
            case "lr_decay" -> optimizer.decay(value);
            case "initial_accumulator_value" -> optimizer.initial(value);
            case "eps" -> optimizer.epsilon(value);
            case "weight_decay" -> optimizer.weightDecay(value);
            default -> throw new IllegalArgumentException("no option " + name);
          }
        });
    return optimizer;
  }

  private static LBFGS lbfgs(LBFGS optimizer, Map<String, Double> hyper) {
    hyper.forEach(
        (name, value) -> {
          switch (name) {
            case "max_iter" -> optimizer.maxIter(value.intValue());
            case "history_size" -> optimizer.historySize(value.intValue());
            case "strong_wolfe" -> optimizer.strongWolfe(value != 0);
            default -> throw new IllegalArgumentException("no option " + name);
          }
        });
    return optimizer;
  }
}
