package dev.adjoint.graph;

import java.util.List;
import java.util.function.Supplier;

/** The rule of a custom node, by which a backward pass finds the gradients of its inputs. */
public interface GradientRule extends Op.CustomRule {
  /** The gradients of the inputs after the first, given that of the node; to be asked of tracked inputs only. */
  List<Supplier<Node>> gradients(Node node, Node gradient);
}
