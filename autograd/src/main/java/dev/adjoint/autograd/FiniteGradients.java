package dev.adjoint.autograd;

import dev.adjoint.Gradients;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.graph.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds gradients with NaN or infinite elements. */
final class FiniteGradients {
  private FiniteGradients() {}

  static Gradients check(Gradients gradients, Collection<Variable> variables) {
    Map<Node, String> names = new HashMap<>();
    variables.forEach(variable -> names.put(variable.node(), variable.name() + " "));
    var counts = new LinkedHashMap<Node, Tensor>();
    Scope.noGrad(
        () ->
            gradients
                .byLeaf()
                .forEach(
                    (leaf, gradient) ->
                        counts.put(
                            leaf, gradient.isFinite().logicalNot().to(gradient.dtype()).sum())));
    var all = new ArrayList<>(gradients.byLeaf().values());
    all.addAll(counts.values());
    Tensor.realize(all);
    List<String> broken = new ArrayList<>();
    for (Map.Entry<Node, Tensor> entry : counts.entrySet()) {
      long count = (long) entry.getValue().item();
      if (count > 0) {
        Node leaf = entry.getKey();
        broken.add(
            names.getOrDefault(leaf, "")
                + leaf.dtype()
                + leaf.shape()
                + " has "
                + count
                + " of "
                + leaf.shape().size());
      }
    }
    if (!broken.isEmpty()) {
      throw new ArithmeticException(
          "gradients: elements that are not finite: the leaf "
              + String.join(", the leaf ", broken));
    }
    return gradients;
  }
}
