package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tensors in what a module returns. */
final class Outputs {
  private Outputs() {}

  /** The tensors in a value: itself, or those in a record, collection, array, map or optional, in order. */
  static List<Tensor> of(@Nullable Object value) {
    var tensors = new ArrayList<Tensor>();
    collect(value, tensors);
    return List.copyOf(tensors);
  }

  private static void collect(@Nullable Object value, List<Tensor> tensors) {
    switch (value) {
      case null -> {}
      case Tensor tensor -> tensors.add(tensor);
      case Iterable<?> elements -> elements.forEach(element -> collect(element, tensors));
      case Object[] elements -> List.of(elements).forEach(element -> collect(element, tensors));
      case Map<?, ?> map -> collect(map.values(), tensors);
      case Optional<?> optional -> collect(optional.orElse(null), tensors);
      case Record record ->
          Members.components(record).forEach(element -> collect(element, tensors));
      default -> {}
    }
  }
}
