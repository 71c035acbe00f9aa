package dev.adjoint.autograd;

import dev.adjoint.Tensor;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.List;

/** The rule of a node whose gradient is not that of the ops it is made of. */
interface InputGradients extends Op.CustomRule {
  /** The gradients of the inputs after the first, given that of the node. */
  List<Tensor> of(Node node, Tensor gradient);
}
