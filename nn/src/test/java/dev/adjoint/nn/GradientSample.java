package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.GradCheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A call of a module in f64, whose gradients are compared with differences of values.
 *
 * @param call what the module gives for other inputs
 */
record GradientSample(
    String name, Module module, List<Tensor> inputs, Function<List<Tensor>, Tensor> call) {
  /** A module of numbers in f64, called with inputs. */
  static <M extends Module> GradientSample of(
      String name, M module, BiFunction<M, List<Tensor>, Tensor> call, Tensor... inputs) {
    return new GradientSample(name, module, List.of(inputs), x -> call.apply(module, x));
  }

  /** A module with one input. */
  static GradientSample of(String name, Module module, Tensor x) {
    return of(name, module, (layer, inputs) -> layer.apply(inputs.getFirst()), x);
  }

  /** Some tensors of f64 in a row. */
  static Tensor joined(List<Tensor> tensors) {
    return Tensors.cat(0, tensors.stream().map(Tensor::flatten).toArray(Tensor[]::new));
  }

  /** Normal numbers in f64. */
  static Tensor random(int... dims) {
    return Scope.withDType(DType.F64, () -> Tensors.randn(dims)).realize();
  }

  /** Checks the gradients of all inputs of floats and of all parameters, in the mode that the module is in. */
  void check() {
    List<String> names = List.copyOf(module.namedParameters().keySet());
    var all = new ArrayList<>(inputs);
    module.parameters().forEach(parameter -> all.add(parameter.value().detach()));
    GradCheck.standard()
        .check(
            name + (module.training() ? " in training" : " in evaluation"),
            tensors -> {
              // What is drawn must be the same in each call.
              Random.seed(3);
              var values = new LinkedHashMap<String, Tensor>();
              for (int i = 0; i < names.size(); i++) {
                values.put(names.get(i), tensors.get(inputs.size() + i));
              }
              return module.functionalCall(
                  values, () -> call.apply(tensors.subList(0, inputs.size())));
            },
            all);
  }

  @Override
  public String toString() {
    return name;
  }
}
