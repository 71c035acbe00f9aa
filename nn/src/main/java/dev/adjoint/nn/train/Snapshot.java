package dev.adjoint.nn.train;

import dev.adjoint.Tensor;
import dev.adjoint.graph.Node;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.StateReport;
import dev.adjoint.schedule.Engine;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Copies of the values of all variables of a model.
 *
 * @param model the model
 * @param values the values by the names that the model has for its variables
 */
record Snapshot(Module model, Map<String, Tensor> values) {
  static Snapshot of(Module model) {
    var values = new LinkedHashMap<String, Tensor>();
    model
        .state()
        .forEach(
            (name, variable) -> {
              Node copy =
                  Node.source(
                      Engine.copy(variable.node()), variable.shape(), variable.dtype(), false);
              values.put(name, new Tensor(copy));
            });
    return new Snapshot(model, values);
  }

  /** A snapshot that was written to a file. */
  static Snapshot of(Module model, Map<String, Tensor> values) {
    StateReport.of(model, values).requireExact("early stopping");
    return new Snapshot(model, values);
  }

  void restore() {
    model.load(values);
  }
}
