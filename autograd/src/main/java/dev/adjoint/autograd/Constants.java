package dev.adjoint.autograd;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.OptionalDouble;

/**
 * Gradients that are one number in every element. A pass starts with ones, and up to the first factor that varies all its
 * gradients are such; folding them keeps the graph small and spares the memory to read.
 */
final class Constants {
  private Constants() {}

  /** The number in all elements of a tensor, if the graph says that they are equal. */
  static OptionalDouble valueOf(Tensor x) {
    Node node = x.node();
    while (node.op() instanceof Op.Expand
        || node.op() instanceof Op.Reshape
        || node.op() instanceof Op.Permute) {
      node = node.input(0);
    }
    if (!(node.op() instanceof Op.Const)) {
      return OptionalDouble.empty();
    }
    long bits = node.scalars()[0];
    return OptionalDouble.of(node.dtype().value(bits));
  }

  /** A tensor of one number, in the float type and on the device of another. */
  static Tensor full(double value, Shape shape, Tensor like) {
    long bits = like.dtype().bits(value);
    return new Tensor(Graph.full(like.dtype(), bits, shape, like.device()));
  }

  /** {@code g * factor} of equal shapes. */
  static Tensor times(Tensor g, Tensor factor) {
    OptionalDouble a = valueOf(g);
    if (a.isEmpty()) {
      return g.mul(factor);
    }
    OptionalDouble b = valueOf(factor);
    if (b.isPresent()) {
      return full(a.getAsDouble() * b.getAsDouble(), g.shape(), g);
    }
    return a.getAsDouble() == 1 ? factor : factor.mul(g);
  }

  /** {@code g * factor}. */
  static Tensor times(Tensor g, double factor) {
    if (factor == 1) {
      return g;
    }
    OptionalDouble value = valueOf(g);
    return value.isPresent()
        ? full(value.getAsDouble() * factor, g.shape(), g)
        : factor == -1 ? g.neg() : g.mul(factor);
  }

  /** {@code g / divisor} of equal shapes. */
  static Tensor over(Tensor g, Tensor divisor) {
    OptionalDouble a = valueOf(g);
    OptionalDouble b = valueOf(divisor);
    return a.isPresent() && b.isPresent()
        ? full(a.getAsDouble() / b.getAsDouble(), g.shape(), g)
        : g.div(divisor);
  }
}
