package dev.adjoint.graph;

import java.util.Map;

/** The service that supplies gradients; the autograd module provides it. */
public interface Differentiation {
  /**
   * The gradients of an output with respect to all tracked leaves below it, by leaf.
   *
   * @param output a tracked node
   * @param seed the gradient of the output itself, of equal shape and type
   */
  Map<Node, Node> backward(Node output, Node seed);
}
