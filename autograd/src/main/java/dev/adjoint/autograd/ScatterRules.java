package dev.adjoint.autograd;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.ScatterOp;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of a scatter: of the target, and of the source, whose elements read the gradients of the elements of the result
 * that they were combined with.
 */
final class ScatterRules {
  private final ScatterOp f;
  private final int axis;
  private final Node node;
  private final Tensor g;
  private @Nullable Tensor share;

  ScatterRules(ScatterOp f, int axis, Node node, Tensor g) {
    this.f = f;
    this.axis = axis;
    this.node = node;
    this.g = g;
  }

  /** What an element of the target gets: nothing if it was replaced. */
  Tensor ofTarget() {
    return switch (f) {
      case ADD -> g;
      case MUL -> Constants.times(g, scatter(f, full(1, node.shape()), source()));
      case MAX, MIN -> target().eq(result()).where(share(), 0);
      case PUT -> scatter(f, g, full(0, source().shape()));
    };
  }

  /** What an element of the source gets: nothing if it was replaced. */
  Tensor ofSource() {
    return switch (f) {
      case ADD -> read(g);
      case MUL -> others();
      case MAX, MIN -> source().eq(read(result())).where(read(share()), 0);
      case PUT -> isLast().where(read(g), 0);
    };
  }

  /** Elements that attain the extremum share its gradient equally. */
  private Tensor share() {
    Tensor found = share;
    if (found == null) {
      Tensor own = target().eq(result()).to(g.dtype());
      Tensor others = source().eq(read(result())).to(g.dtype());
      found = Constants.over(g, scatter(ScatterOp.ADD, own, others));
      share = found;
    }
    return found;
  }

  /**
   * The product of all other factors. For a factor other than 0 it is the result divided by the factor; for the only source that
   * is 0 it is the product without it; of several that are 0, each has 0 among the others. Second derivatives by two sources of
   * one product that are both 0 are left out.
   */
  private Tensor others() {
    Tensor zero = source().eq(0);
    Tensor ones = full(1, source().shape());
    Tensor safe = zero.where(ones, source());
    Tensor count = scatter(ScatterOp.ADD, full(0, node.shape()), zero.to(g.dtype()));
    Tensor without = read(scatter(f, target(), safe));
    Tensor alone = zero.logicalAnd(read(count).eq(1));
    return Constants.times(read(g), alone.where(without, read(result()).div(safe)));
  }

  /** Whether no later element of the source has the same position. */
  private Tensor isLast() {
    Shape shape = node.input(1).shape();
    int[] dims = Graph.ones(shape.rank()).dims();
    dims[axis] = shape.dim(axis);
    Node counter = Graph.reshape(Graph.iota(shape.dim(axis), node.device()), Shape.of(dims));
    Node numbers = Graph.expand(counter, shape);
    Node none = Graph.full(DType.I32, 0, node.shape(), node.device());
    Tensor winners = scatter(f, new Tensor(none), new Tensor(numbers));
    return new Tensor(Graph.binary(BinaryOp.EQ, read(winners).node(), numbers));
  }

  private Tensor scatter(ScatterOp how, Tensor to, Tensor from) {
    return new Tensor(
        Graph.scatter(how, node.origin(), to.node(), node.input(1), from.node(), axis));
  }

  private Tensor read(Tensor x) {
    return new Tensor(Graph.gather(node.origin(), x.node(), node.input(1), axis));
  }

  private Tensor full(double value, Shape shape) {
    return Constants.full(value, shape, g);
  }

  private Tensor target() {
    return new Tensor(node.input(0));
  }

  private Tensor source() {
    return new Tensor(node.input(2));
  }

  private Tensor result() {
    return new Tensor(node);
  }
}
