package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A parameter of a module whose value is computed from variables in each call. The parameter itself is one of these: a tensor
 * stands in for it while the module runs.
 */
abstract class Parametrization {
  private static final ScopedValue<List<Parametrization>> RUNNING = ScopedValue.newInstance();

  private final String name;
  private final Parameter parameter;

  /** A parametrization of the parameter that the module has under a name. */
  Parametrization(String name, Parameter parameter) {
    this.name = name;
    this.parameter = parameter;
  }

  /** The value of the parameter, from what it is computed from. */
  abstract Tensor value(boolean training);

  /** Calls the visitor for each variable the value is computed from, by PyTorch's name below that of the parameter. */
  abstract void variables(BiConsumer<String, Variable> visitor);

  /** The name of the parameter. */
  final String name() {
    return name;
  }

  /** What holds the value that the parameter is computed from. */
  final Parameter parameter() {
    return parameter;
  }

  /** Calls the visitor for each variable, as a member of the module. */
  final void visit(BiConsumer<String, Object> visitor) {
    variables(
        (inner, variable) -> visitor.accept("parametrizations." + name + "." + inner, variable));
  }

  /** What a call gives with the computed values; those that stand in already, as in a call of a module by itself, stay. */
  static <T> T computed(List<Parametrization> all, boolean training, Supplier<T> call) {
    List<Parametrization> running = RUNNING.orElse(List.of());
    List<Parametrization> missing = all.stream().filter(p -> !running.contains(p)).toList();
    if (missing.isEmpty()) {
      return call.get();
    }
    Map<Parameter, Tensor> values = new IdentityHashMap<>();
    missing.forEach(p -> values.put(p.parameter, p.value(training)));
    List<Parametrization> now = new ArrayList<>(running);
    now.addAll(missing);
    return ScopedValue.where(RUNNING, now).call(() -> Variable.standingIn(values, call));
  }
}
