package dev.adjoint.autograd;

import dev.adjoint.Tensor;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of a function that is recorded apart from the graph around it: each stands for an input. */
record Placeholders(List<Tensor> arguments) {
  /** Placeholders that are tracked where their inputs are, or nowhere. */
  static Placeholders of(List<Tensor> inputs, boolean tracked) {
    var arguments = new ArrayList<Tensor>();
    for (Tensor input : inputs) {
      Node from = input.node();
      boolean isTracked = tracked && from.tracked();
      arguments.add(
          new Tensor(
              Node.of(new Op.Detach(), List.of(from), from.shape(), from.dtype(), isTracked)));
    }
    return new Placeholders(List.copyOf(arguments));
  }

  /** Which input each placeholder stands for. */
  Map<Node, Node> standingFor(List<Tensor> inputs) {
    var map = new IdentityHashMap<Node, Node>();
    for (int i = 0; i < inputs.size(); i++) {
      map.put(arguments.get(i).node(), inputs.get(i).node());
    }
    return map;
  }
}
