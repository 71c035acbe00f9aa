package dev.adjoint.schedule;

import dev.adjoint.DType;
import java.util.ArrayList;
import java.util.List;

/** The run-time scalars of a kernel under construction. */
final class Scalars {
  private final List<DType> types = new ArrayList<>();
  private final List<Step.Scalar> sources = new ArrayList<>();

  /** The number of a scalar, which is added if it is missing. */
  int number(Step.Scalar source, DType type) {
    for (int k = 0; k < types.size(); k++) {
      if (types.get(k) == type && sources.get(k).equals(source)) {
        return k;
      }
    }
    types.add(type);
    sources.add(source);
    return types.size() - 1;
  }

  /** The types of those that there are so far. */
  List<DType> types() {
    return List.copyOf(types);
  }

  /** Where these come from. */
  Step.Scalar[] sources() {
    return sources.toArray(Step.Scalar[]::new);
  }
}
