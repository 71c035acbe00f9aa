package dev.adjoint.nn.io;

import dev.adjoint.Tensor;
import dev.adjoint.nn.optim.Stateful;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What stands beside a model in a file: things with a state, whose tensors have names that begin with that of the thing. */
final class Parts {
  private final Map<String, Stateful> byPrefix = new LinkedHashMap<>();

  /**
   * Adds a part.
   *
   * @param op what messages begin with
   */
  void add(String op, String name, Stateful part) {
    if (name.isEmpty() || name.contains(".")) {
      throw new IllegalArgumentException(op + ": no part can have the name '" + name + "'");
    }
    if (byPrefix.putIfAbsent(name + ".", part) != null) {
      throw new IllegalArgumentException(op + ": there are two parts '" + name + "'");
    }
  }

  /** What the names of tensors of parts begin with. */
  Set<String> prefixes() {
    return byPrefix.keySet();
  }

  /** Whether a tensor of this name is one of a part. */
  boolean own(String name) {
    return byPrefix.keySet().stream().anyMatch(name::startsWith);
  }

  /** Checks that there are tensors of each part. */
  void requireAll(String message, Map<String, Tensor> tensors) {
    for (String prefix : byPrefix.keySet()) {
      if (tensors.keySet().stream().noneMatch(name -> name.startsWith(prefix))) {
        throw new IllegalArgumentException(
            message + " '" + prefix.substring(0, prefix.length() - 1) + "'");
      }
    }
  }

  /** The states of all parts. */
  Map<String, Tensor> state() {
    var tensors = new LinkedHashMap<String, Tensor>();
    byPrefix.forEach(
        (prefix, part) ->
            part.state().forEach((name, tensor) -> tensors.put(prefix + name, tensor.detach())));
    return tensors;
  }

  /** Loads all parts, then the rest of a file; if one of them refuses, the parts are as before. */
  void load(Map<String, Tensor> tensors, Runnable rest) {
    var before = new LinkedHashMap<Stateful, Map<String, Tensor>>();
    try {
      byPrefix.forEach(
          (prefix, part) -> {
            Map<String, Tensor> old = Stateful.copy(part.state());
            part.load(below(prefix, tensors));
            before.put(part, old);
          });
      rest.run();
    } catch (RuntimeException e) {
      before.forEach(Stateful::load);
      throw e;
    }
  }

  /** The tensors whose names begin with a prefix, under what follows. */
  static Map<String, Tensor> below(String prefix, Map<String, Tensor> tensors) {
    var chosen = new LinkedHashMap<String, Tensor>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            chosen.put(name.substring(prefix.length()), tensor);
          }
        });
    return chosen;
  }
}
