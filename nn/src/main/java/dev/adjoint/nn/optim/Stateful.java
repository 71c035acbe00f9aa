package dev.adjoint.nn.optim;

import dev.adjoint.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Something with a state that a checkpoint keeps, as tensors by name. */
public interface Stateful {
  /** The present state. */
  Map<String, Tensor> state();

  /**
   * Takes over what {@link #state} of an equal object gave.
   *
   * @throws IllegalArgumentException if a name or a shape does not fit; nothing has changed then
   */
  void load(Map<String, Tensor> saved);

  /** The scalars of a saved state that has these names and no others. */
  static double[] numbers(String owner, Map<String, Tensor> saved, String... names) {
    if (!saved.keySet().equals(Set.of(names))) {
      throw new IllegalArgumentException(
          owner + ": the saved state has " + saved.keySet() + ", not " + Set.of(names));
    }
    double[] numbers = new double[names.length];
    for (int i = 0; i < names.length; i++) {
      numbers[i] = Objects.requireNonNull(saved.get(names[i])).item();
    }
    return numbers;
  }

  /** A saved state in memory of its own, which later steps do not change. */
  static Map<String, Tensor> copy(Map<String, Tensor> state) {
    var copies = new LinkedHashMap<String, Tensor>();
    List<Tensor> values = Vectors.copy(List.copyOf(state.values()));
    int i = 0;
    for (String name : state.keySet()) {
      copies.put(name, values.get(i++));
    }
    return copies;
  }
}
