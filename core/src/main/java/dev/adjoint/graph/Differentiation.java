package dev.adjoint.graph;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;

/** The service that supplies gradients; the autograd module provides it. */
public interface Differentiation {
  /**
   * The gradients of an output with respect to all tracked leaves below it, by leaf.
   *
   * @param output a tracked node
   * @param seed the gradient of the output itself, of equal shape and type
   */
  Map<Node, Node> backward(Node output, Node seed);

  /** The value of a function that keeps nothing but its inputs for the backward pass, which computes the rest again. */
  Node checkpoint(Function<List<Node>, Node> f, List<Node> inputs);

  /** The service, if it is there. */
  static Optional<Differentiation> service() {
    return Found.SERVICE;
  }

  /** Found at the first use. */
  final class Found {
    private static final Optional<Differentiation> SERVICE =
        ServiceLoader.load(Differentiation.class, Differentiation.class.getClassLoader())
            .findFirst();

    private Found() {}
  }
}
