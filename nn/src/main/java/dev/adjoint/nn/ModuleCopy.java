package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;
import dev.adjoint.schedule.Engine;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Copies what a module holds into another one of the same structure. */
final class ModuleCopy {
  private ModuleCopy() {}

  /** Gives the target the values, types, devices, modes and what is frozen of a source. */
  static void copy(Module source, Module target) {
    Map<String, Variable> values = source.state();
    Map<String, Module> from = source.namedModules();
    Map<String, Module> to = target.namedModules();
    if (!from.keySet().equals(to.keySet())) {
      throw OpError.of(
          "copyTo", "the target has the modules " + to.keySet() + ", not " + from.keySet());
    }
    from.forEach((name, module) -> size(module, Objects.requireNonNull(to.get(name))));
    requireSame(values, target.state());
    target
        .state()
        .forEach((name, variable) -> copy(Objects.requireNonNull(values.get(name)), variable));
    from.forEach((name, module) -> Objects.requireNonNull(to.get(name)).mode(module.mode()));
    Engine.realize(List.of());
  }

  private static void size(Module source, Module target) {
    if (source instanceof LazyModule known
        && target instanceof LazyModule lazy
        && lazy.features() == 0) {
      lazy.size("the number of features", known.features());
    }
  }

  private static void requireSame(Map<String, Variable> from, Map<String, Variable> to) {
    if (!from.keySet().equals(to.keySet())) {
      throw OpError.of(
          "copyTo", "the target has the variables " + to.keySet() + ", not " + from.keySet());
    }
    from.forEach(
        (name, variable) -> {
          Variable other = Objects.requireNonNull(to.get(name));
          if (!variable.shape().equals(other.shape())
              || variable instanceof Parameter != other instanceof Parameter) {
            throw OpError.of(
                "copyTo",
                name + " is " + kind(variable) + " here and " + kind(other) + " in the target");
          }
        });
  }

  private static String kind(Variable variable) {
    return (variable instanceof Parameter ? "a parameter " : "a buffer ") + variable.shape();
  }

  private static void copy(Variable from, Variable to) {
    to.convertTo(from.dtype());
    to.moveTo(from.device());
    to.set(from.detach());
    if (from instanceof Parameter parameter && to instanceof Parameter other) {
      other.freeze(!parameter.trainable());
    }
  }
}
