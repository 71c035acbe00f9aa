package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what {@link Optimizer#state} wrote. */
final class OptimizerState {
  private OptimizerState() {}

  static void load(Optimizer optimizer, List<ParameterState> states, Map<String, Tensor> saved) {
    var rest = new LinkedHashMap<>(saved);
    var rates = new ArrayList<Double>();
    for (int i = 0; i < optimizer.groups().size(); i++) {
      rates.add(
          Hyper.notNegative("learning rate", take(rest, "group." + i + ".learningRate").item()));
    }
    var counts = new ArrayList<Long>();
    var values = new ArrayList<Map<String, Tensor>>();
    for (int i = 0; i < states.size(); i++) {
      counts.add((long) Hyper.notNegative("number of steps", take(rest, i + ".steps").item()));
      values.add(takeAll(rest, i + ".", states.get(i).parameter()));
    }
    var numbers = new LinkedHashMap<String, Double>();
    for (String name : optimizer.numbers().keySet()) {
      numbers.put(name, take(rest, name).item());
    }
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: cannot place the saved state " + rest.keySet());
    }
    for (int i = 0; i < rates.size(); i++) {
      optimizer.groups().get(i).learningRate(rates.get(i));
    }
    Scope.noGrad(
        () -> {
          for (int i = 0; i < states.size(); i++) {
            states.get(i).restore(counts.get(i), values.get(i));
          }
        });
    Engine.realize(List.of());
    optimizer.numbers(numbers);
  }

  private static Tensor take(Map<String, Tensor> rest, String name) {
    Tensor value = rest.remove(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "optimizer: the saved state has no '" + name + "', only " + rest.keySet());
    }
    return value;
  }

  private static Map<String, Tensor> takeAll(
      Map<String, Tensor> rest, String prefix, Parameter parameter) {
    var found = new LinkedHashMap<String, Tensor>();
    rest.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            if (!value.shape().equals(parameter.shape()) || value.dtype() != parameter.dtype()) {
              throw new IllegalArgumentException(
                  "optimizer: the saved state '"
                      + name
                      + "' is "
                      + value.dtype()
                      + value.shape()
                      + ", the parameter is "
                      + parameter.name()
                      + " "
                      + parameter.dtype()
                      + parameter.shape());
            }
            found.put(name.substring(prefix.length()), value.to(parameter.device()));
          }
        });
    found.keySet().forEach(name -> rest.remove(prefix + name));
    return found;
  }
}
