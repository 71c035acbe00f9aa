package dev.adjoint.nn.train;

import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.graph.Node;
import dev.adjoint.nn.Module;
import dev.adjoint.schedule.Engine;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Copies of the values of all variables of a model. */
final class Snapshot {
  private final Map<Variable, Tensor> values = new IdentityHashMap<>();

  private Snapshot() {}

  static Snapshot of(Module model) {
    var snapshot = new Snapshot();
    for (Variable variable : model.state().values()) {
      Node copy =
          Node.source(Engine.copy(variable.node()), variable.shape(), variable.dtype(), false);
      snapshot.values.put(variable, new Tensor(copy));
    }
    return snapshot;
  }

  void restore() {
    values.forEach(Variable::set);
    Tensor.realize(List.of());
  }
}
