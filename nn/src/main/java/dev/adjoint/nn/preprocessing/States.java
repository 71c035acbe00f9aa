package dev.adjoint.nn.preprocessing;

import dev.adjoint.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Parts of saved states of several objects. */
final class States {
  private States() {}

  /** The entries of a state whose names begin with a prefix, without it. */
  static Map<String, Tensor> below(String prefix, Map<String, Tensor> state) {
    var part = new LinkedHashMap<String, Tensor>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), tensor);
          }
        });
    return part;
  }

  /** Names, types and shapes. */
  static String describe(Map<String, Tensor> state) {
    return state.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue().dtype() + e.getValue().shape())
        .sorted()
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
