package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.RangeCheck;
import dev.adjoint.graph.ScatterOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The axes of a box that tensors index, taken as one, whose positions are those of the tensors in row-major order.
 *
 * <p>It stands where the axes were if they are neighbours, and else in front, as in PyTorch.
 */
final class JoinedAxes {
  private final String op;
  private final List<Integer> indexed = new ArrayList<>();
  private final List<Integer> others = new ArrayList<>();
  private final List<Positions> positions = new ArrayList<>();

  /**
   * What a tensor names along axes that follow each other.
   *
   * @param axis the first of them, as errors call it
   * @param shape their sizes
   * @param before how many axes of the box that no tensor indexes are in front of them
   * @param index one position for all of them, or a mask of them
   */
  private record Positions(int axis, Shape shape, int before, Tensor index) {}

  JoinedAxes(String op) {
    this.op = op;
  }

  boolean isEmpty() {
    return positions.isEmpty();
  }

  /** Adds an axis of the box that no tensor indexes. */
  void skip(int boxAxis) {
    others.add(boxAxis);
  }

  /** Adds axes of the box, from one on, that a tensor indexes. */
  void add(int boxAxis, int axis, Shape shape, Tensor index) {
    positions.add(new Positions(axis, shape, others.size(), index));
    for (int i = 0; i < shape.rank(); i++) {
      indexed.add(boxAxis + i);
    }
  }

  /** The elements of a box at the positions. */
  Tensor read(Tensor box) {
    Tensor index = index();
    int axis = axis();
    Tensor joined = joined(box.permute(order(axis)), axis);
    Tensor along = Indexing.along(op, joined, axis, index.flatten());
    return joined.gather(axis, along).reshape(result(joined.shape(), axis, index.shape()));
  }

  /** A box with values put or added at the positions. */
  Tensor written(Tensor box, Tensor values, ScatterOp f) {
    Positions only = positions.getFirst();
    if (positions.size() == 1 && isMask(only) && values.rank() == 0 && f == ScatterOp.PUT) {
      // One value for all needs no positions, which would have to be read.
      int[] dims = Graph.ones(box.rank() - only.before).dims();
      System.arraycopy(only.shape.dims(), 0, dims, 0, only.shape.rank());
      return only.index.reshape(Shape.of(dims)).where(values, box);
    }
    Tensor index = index();
    int axis = axis();
    int[] order = order(axis);
    Tensor moved = box.permute(order);
    Tensor joined = joined(moved, axis);
    Tensor along = Indexing.along(op, joined, axis, index.flatten());
    Shape replaced = result(joined.shape(), axis, index.shape());
    Node source = Graph.reshape(Selection.fitted(op, values, replaced).node(), along.shape());
    Node after = Graph.scatter(op, f, joined.node(), along.node(), source, axis);
    int[] back = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      back[order[i]] = i;
    }
    return new Tensor(Graph.reshape(after, moved.shape())).permute(back);
  }

  private static boolean isMask(Positions each) {
    return each.index.dtype() == DType.BOOL;
  }

  /** How many axes stand before the one that the indexed axes become. */
  private int axis() {
    int[] before =
        positions.stream()
            // A single position drops its axis, which parts no neighbours.
            .filter(p -> positions.size() == 1 || p.index.rank() > 0)
            .mapToInt(Positions::before)
            .distinct()
            .toArray();
    return before.length == 1 ? before[0] : 0;
  }

  /** The axes of the box with the indexed ones side by side. */
  private int[] order(int axis) {
    var order = new ArrayList<Integer>(others);
    order.addAll(axis, indexed);
    return order.stream().mapToInt(i -> i).toArray();
  }

  private Tensor joined(Tensor moved, int axis) {
    return moved.flatten(axis, axis + indexed.size() - 1);
  }

  /** A shape in which the axes of the index take the place of the joined axis. */
  private static Shape result(Shape joined, int axis, Shape index) {
    int[] dims = new int[joined.rank() - 1 + index.rank()];
    for (int i = 0; i < dims.length; i++) {
      int within = i - axis;
      dims[i] =
          within < 0
              ? joined.dim(i)
              : within < index.rank() ? index.dim(within) : joined.dim(i - index.rank() + 1);
    }
    return Shape.of(dims);
  }

  /** One position for all axes; that of a single axis is not checked here, as gathers and scatters do so. */
  private Tensor index() {
    Tensor joined = null;
    for (Positions each : positions) {
      int size = ShapeMath.size(op, each.shape.size());
      boolean mask = isMask(each);
      Tensor index =
          mask ? new Tensor(Indexing.places(each.index)) : Indexing.fromEnd(each.index, size);
      if (!mask && positions.size() > 1) {
        String rule = op + ": index %d is out of range for axis " + each.axis + " of size %d";
        index = new Tensor(RangeCheck.checked(rule, index.node(), size));
      }
      if (joined != null) {
        Shape.broadcast(joined.shape(), index.shape(), op);
        index = joined.mul(size).add(index);
      }
      joined = index;
    }
    return Objects.requireNonNull(joined);
  }
}
