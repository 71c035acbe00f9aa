package dev.adjoint;

import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A function that gradients pass on their way from a value to the tensor that has this value. */
record GradientHook(UnaryOperator<Tensor> hook) implements GradientRule {
  private static final String NAME = "registerHook";

  static Tensor on(Tensor x, UnaryOperator<Tensor> hook) {
    if (!x.tracked() || !Scope.gradEnabled()) {
      return x;
    }
    return new Tensor(Graph.custom(new GradientHook(hook), List.of(x.detach().node(), x.node())));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Supplier<Node>> gradients(Node node, Node gradient) {
    return List.of(
        () -> {
          Node found = hook.apply(new Tensor(gradient)).node();
          if (!found.shape().equals(node.shape()) || found.dtype() != node.dtype()) {
            throw OpError.of(
                NAME,
                "the hook gave "
                    + found.dtype()
                    + found.shape()
                    + " as the gradient of "
                    + node.dtype()
                    + node.shape());
          }
          return found;
        });
  }
}
