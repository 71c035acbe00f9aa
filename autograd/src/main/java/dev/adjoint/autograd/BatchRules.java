package dev.adjoint.autograd;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Recording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * How every op is done for a batch, whose axis is in front, so that the axes of an op count one more.
 *
 * @param node the node for one element
 * @param inputs its inputs for the batch, at least one of them with the axis of the batch, the others shared by all elements
 * @param size the size of the batch
 */
record BatchRules(Node node, List<Node> inputs, int size) {
  /** The node for the batch. */
  Node copy() {
    return switch (node.op()) {
      case Op.Source(), Op.Const(), Op.Iota(), Op.Random(), Op.Custom(var _) ->
          throw new IllegalStateException("vmap: no op of inputs alone: " + node);
      case Op.Unary(var f) -> Graph.unary(f, whole(0));
      case Op.Binary(var f) -> Graph.binary(f, whole(0), whole(1));
      case Op.Where() -> Graph.where(whole(0), whole(1), whole(2));
      case Op.Fma() -> Graph.fma(whole(0), whole(1), whole(2));
      case Op.Cast() -> Graph.cast(whole(0), node.dtype());
      case Op.Bitcast() -> Graph.bitcast(whole(0), node.dtype());
      case Op.Reduce(var f, var axes) -> Graph.reduce(f, whole(0), later(axes));
      case Op.Reshape() -> Graph.reshape(whole(0), shape());
      case Op.Permute(var order) -> Graph.permute(whole(0), after(0, later(order)));
      case Op.Expand() -> Graph.expand(whole(0), shape());
      case Op.Slice(var starts, var steps) ->
          Graph.slice(whole(0), after(0, starts), after(1, steps), shape());
      case Op.Pad(var before, var steps) -> pad(after(0, before), after(1, steps));
      case Op.Unfold(var axes, var steps, var dilations) ->
          Graph.unfold(whole(0), later(axes), windows(axes.size()), steps, dilations);
      case Op.Concat(var axis) -> Graph.concat(allWhole(), axis + 1);
      case Op.Gather(var axis) -> gather(axis);
      case Op.Scatter(var f, var axis) ->
          Graph.scatter(f, node.origin(), whole(0), whole(1), whole(2), axis + 1);
      case Op.Scan(var f, var axis, var reverse) -> Graph.scan(f, whole(0), axis + 1, reverse);
      case Op.ArgSort(var axis, var descending) ->
          Graph.argSort(whole(0), axis + 1, descending, node.shape().dim(axis));
      case Op.MatMul() -> Recording.withPrecision(node.precision(), this::matmul);
      case Op.Factorize(var f) -> Graph.factorize(f, whole(0));
      case Op.SolveTriangular(var upper, var unit) -> solveTriangular(upper, unit);
      case Op.Attention op ->
          Recording.withPrecision(node.precision(), () -> Graph.attention(op, allWhole()));
      case Op.Detach() ->
          Node.of(new Op.Detach(), List.of(whole(0)), shape(), node.dtype(), node.tracked());
      case Op.Copy() ->
          Node.copy(whole(0), node.device(), whole(0).tracked() && Recording.isTracked());
    };
  }

  /** The shape of a batch. */
  static Shape batched(Shape one, int size) {
    return Shape.of(after(size, Axes.of(one.dims())).toArray());
  }

  private Shape shape() {
    return batched(node.shape(), size);
  }

  private boolean isShared(int i) {
    return inputs.get(i).equals(node.input(i));
  }

  /** An input with the axis of the batch. */
  private Node whole(int i) {
    Node input = inputs.get(i);
    return isShared(i) ? Graph.broadcast(input, batched(input.shape(), size)) : input;
  }

  private List<Node> allWhole() {
    var whole = new ArrayList<Node>();
    for (int i = 0; i < inputs.size(); i++) {
      whole.add(whole(i));
    }
    return whole;
  }

  private static Axes later(Axes axes) {
    int[] later = axes.toArray();
    Arrays.setAll(later, i -> axes.get(i) + 1);
    return Axes.of(later);
  }

  private static Axes after(int first, Axes values) {
    int[] all = new int[values.size() + 1];
    Arrays.setAll(all, i -> i == 0 ? first : values.get(i - 1));
    return Axes.of(all);
  }

  private Axes windows(int count) {
    int[] dims = node.shape().dims();
    return Axes.of(Arrays.copyOfRange(dims, dims.length - count, dims.length));
  }

  /** What is around the elements is a scalar of its own for each element of the batch, perhaps. */
  private Node pad(Axes before, Axes steps) {
    if (isShared(1)) {
      return Graph.pad(whole(0), inputs.get(1), before, steps, shape());
    }
    Node x = whole(0);
    Node zero = Graph.constant(x.dtype(), 0, x.device());
    Node within = Graph.full(DType.BOOL, 1, x.shape(), x.device());
    Node outside = Graph.constant(DType.BOOL, 0, x.device());
    Node around = Graph.reshape(inputs.get(1), Graph.ones(shape().rank()).with(0, size));
    return Graph.where(
        Graph.pad(within, outside, before, steps, shape()),
        Graph.pad(x, zero, before, steps, shape()),
        Graph.expand(around, shape()));
  }

  /** One lookup for the batch in a table that all elements share, or one for each element in its own. */
  private Node gather(int axis) {
    if (!isShared(0)) {
      return Graph.gather(node.origin(), whole(0), whole(1), axis + 1);
    }
    Node index = joined(inputs.get(1), axis);
    return parted(Graph.gather(node.origin(), inputs.get(0), index, axis), axis);
  }

  /** One system with the columns of all elements, where its matrix is the same. */
  private Node solveTriangular(boolean upper, boolean unit) {
    if (!isShared(0)) {
      return Graph.solveTriangular(whole(0), whole(1), upper, unit);
    }
    int columns = node.shape().rank() - 1;
    Node all = joined(inputs.get(1), columns);
    return parted(Graph.solveTriangular(inputs.get(0), all, upper, unit), columns);
  }

  /** One product of the rows of all elements, or their only columns, with a factor that they share; else one for each. */
  private Node matmul() {
    int rows = node.shape().rank() - 2;
    if (isShared(1)) {
      return parted(Graph.matmul(joined(inputs.get(0), rows), inputs.get(1)), rows);
    }
    if (isShared(0) && node.shape().dim(rows + 1) == 1) {
      Node shared = GradientRules.transposed(inputs.get(0)).node();
      return turned(parted(Graph.matmul(joined(turned(inputs.get(1)), rows), shared), rows));
    }
    return Graph.matmul(whole(0), whole(1));
  }

  /** Columns as rows, or rows as columns: one for each of the axes before the last two. */
  private static Node turned(Node vectors) {
    int[] dims = vectors.shape().dims();
    int rows = dims.length - 2;
    int size = dims[rows];
    dims[rows] = dims[rows + 1];
    dims[rows + 1] = size;
    return Graph.reshape(vectors, Shape.of(dims));
  }

  /** The elements of a batch one after the other along one of their axes. */
  private Node joined(Node batch, int axis) {
    int rank = batch.shape().rank();
    Node moved = permute(batch, i -> i < axis ? i + 1 : i == axis ? 0 : i);
    int[] dims = new int[rank - 1];
    Arrays.setAll(dims, i -> batch.shape().dim(i + 1) * (i == axis ? size : 1));
    return Graph.reshape(moved, Shape.of(dims));
  }

  /** The elements that {@link #joined} has put one after the other. */
  private Node parted(Node joined, int axis) {
    int[] dims = new int[joined.shape().rank() + 1];
    Arrays.setAll(dims, i -> i == axis ? size : joined.shape().dim(i < axis ? i : i - 1));
    dims[axis + 1] = size == 0 ? node.shape().dim(axis) : dims[axis + 1] / size;
    Node parts = Graph.reshape(joined, Shape.of(dims));
    return permute(parts, i -> i == 0 ? axis : i <= axis ? i - 1 : i);
  }

  private static Node permute(Node x, IntUnaryOperator order) {
    int[] axes = new int[x.shape().rank()];
    Arrays.setAll(axes, order);
    return Graph.permute(x, Axes.of(axes));
  }
}
