package dev.adjoint.autograd;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.ScatterOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** The gradients of the ops that move elements: each moves the gradient back. */
final class MovementRules {
  private MovementRules() {}

  static Tensor reshape(Tensor g, Shape shape) {
    OptionalDouble constant = Constants.valueOf(g);
    return constant.isPresent()
        ? Constants.full(constant.getAsDouble(), shape, g)
        : new Tensor(Graph.reshape(g.node(), shape));
  }

  static Tensor permute(Tensor g, Axes order) {
    int[] inverse = new int[order.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[order.get(i)] = i;
    }
    return new Tensor(Graph.permute(g.node(), Axes.of(inverse)));
  }

  /** An element that was repeated collects the gradients of all its copies. */
  static Tensor expand(Tensor g, Shape shape) {
    OptionalDouble constant = Constants.valueOf(g);
    if (constant.isPresent()) {
      return Constants.full(constant.getAsDouble() * copies(g.shape(), shape), shape, g);
    }
    int[] axes = new int[shape.rank()];
    int n = 0;
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.dim(i) != g.dim(i)) {
        axes[n++] = i;
      }
    }
    return new Tensor(Graph.reduce(ReduceOp.SUM, g.node(), Axes.of(Arrays.copyOf(axes, n))));
  }

  private static double copies(Shape to, Shape from) {
    double copies = 1;
    for (int i = 0; i < to.rank(); i++) {
      copies *= to.dim(i) == from.dim(i) ? 1 : to.dim(i);
    }
    return copies;
  }

  /**
   * Puts a gradient back to where its elements were read. A negative step is undone by reading backwards; a step above 1 by
   * putting zeros between the elements: an axis of size 1 is added after the axis, padded to the step, and merged.
   */
  static Tensor slice(Tensor g, Axes starts, Axes steps, Shape shape) {
    int rank = shape.rank();
    int[] from = new int[rank];
    int[] step = new int[rank];
    int[] flipStarts = new int[rank];
    int[] flipSteps = new int[rank];
    for (int i = 0; i < rank; i++) {
      int last = Math.max(0, g.dim(i) - 1);
      boolean backwards = steps.get(i) < 0;
      from[i] = g.dim(i) == 0 ? 0 : backwards ? starts.get(i) + last * steps.get(i) : starts.get(i);
      step[i] = last == 0 ? 1 : Math.abs(steps.get(i));
      flipStarts[i] = backwards ? last : 0;
      flipSteps[i] = backwards ? -1 : 1;
    }
    Node x = Graph.slice(g.node(), Axes.of(flipStarts), Axes.of(flipSteps), g.shape());
    return new Tensor(pad(x, from, step, shape));
  }

  private static Node pad(Node x, int[] before, int[] steps, Shape shape) {
    Node zero = Constants.full(0, Shape.SCALAR, new Tensor(x)).node();
    return Graph.pad(x, zero, Axes.of(before), Axes.of(steps), shape);
  }

  /** The middle goes to the padded tensor; the rim, summed, to the number that fills it. */
  static List<Supplier<Tensor>> pad(Tensor g, Axes before, Axes steps, Node node) {
    Shape inner = node.input(0).shape();
    return List.of(
        () -> new Tensor(Graph.slice(g.node(), before, steps, inner)),
        () -> {
          Node inside = Constants.full(0, inner, g).node();
          Node rim =
              Graph.pad(
                  inside, Constants.full(1, Shape.SCALAR, g).node(), before, steps, g.shape());
          Tensor outside = new Tensor(rim).gt(0).where(g, 0);
          return reshape(expand(outside, Graph.ones(g.rank())), Shape.SCALAR);
        });
  }

  static List<Supplier<Tensor>> concat(Tensor g, int axis, Node node) {
    var gradients = new ArrayList<Supplier<Tensor>>();
    int start = 0;
    for (Node input : node.inputs()) {
      int[] starts = new int[g.rank()];
      starts[axis] = start;
      gradients.add(() -> cut(g, starts, input.shape()));
      start += input.shape().dim(axis);
    }
    return gradients;
  }

  /** An element that was read from several positions collects the gradients of all. */
  static Tensor gather(Tensor g, int axis, Node node) {
    Node zeros = Constants.full(0, node.input(0).shape(), g).node();
    return new Tensor(
        Graph.scatter(ScatterOp.ADD, node.origin(), zeros, node.input(1), g.node(), axis));
  }

  /** The block of a gradient that begins at given indices. */
  private static Tensor cut(Tensor g, int[] starts, Shape shape) {
    OptionalDouble constant = Constants.valueOf(g);
    return constant.isPresent()
        ? Constants.full(constant.getAsDouble(), shape, g)
        : new Tensor(Graph.slice(g.node(), Axes.of(starts), Axes.of(filled(g.rank(), 1)), shape));
  }

  private static int[] filled(int n, int value) {
    int[] values = new int[n];
    Arrays.fill(values, value);
    return values;
  }
}
