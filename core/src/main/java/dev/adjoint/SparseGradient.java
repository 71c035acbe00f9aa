package dev.adjoint;

import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.graph.ScatterOp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gradient as slices of a table along its first axis: slice {@code indices[i]} of the table gets {@code values[i]}, and all
 * others get zeros. Indices may be equal: their slices are summed up.
 *
 * <p>The gradient of a table of which rows were looked up is of this form, see {@link Parameter#sparse(boolean)}: it costs by the
 * rows that were read, and not by the rows that there are.
 */
public final class SparseGradient {
  private final Tensor indices;
  private final Tensor values;
  private final Shape shape;

  /**
   * A gradient of a table.
   *
   * @param indices a vector [n] of i32 or i64
   * @param values [n, ...], where the other axes are those of the table
   * @param shape that of the table
   * @throws IllegalArgumentException if shapes or types do not fit
   */
  public SparseGradient(Tensor indices, Tensor values, Shape shape) {
    boolean positions = indices.dtype() == DType.I32 || indices.dtype() == DType.I64;
    if (!positions
        || indices.rank() != 1
        || shape.rank() == 0
        || !values.shape().equals(shape.with(0, indices.dim(0)))) {
      throw OpError.of(
          "sparseGradient",
          "indices "
              + indices.dtype()
              + indices.shape()
              + " and values "
              + values.shape()
              + " are no slices of a table of shape "
              + shape);
    }
    this.indices = indices;
    this.values = values;
    this.shape = shape;
  }

  /**
   * A gradient in this form, if it was recorded as one: as what look-ups of slices along the first axis, such as {@link
   * Tensor#embedding(Tensor)}, add up to.
   *
   * @return null if it is any other tensor
   */
  public static @Nullable SparseGradient of(Tensor gradient) {
    var indices = new ArrayList<Tensor>();
    var values = new ArrayList<Tensor>();
    if (gradient.rank() == 0 || !collect(gradient.node(), indices, values)) {
      return null;
    }
    return joined(indices, values, gradient.shape(), gradient.dtype());
  }

  private static boolean collect(Node node, List<Tensor> indices, List<Tensor> values) {
    if (node.op() instanceof Op.Detach || node.op() instanceof Op.Cast) {
      return node.input(0).dtype().isFloat() && collect(node.input(0), indices, values);
    }
    if (node.op() instanceof Op.Binary(BinaryOp f)) {
      return f == BinaryOp.ADD
          && collect(node.input(0), indices, values)
          && collect(node.input(1), indices, values);
    }
    if (!(node.op() instanceof Op.Scatter(ScatterOp f, int axis))
        || f != ScatterOp.ADD
        || axis != 0
        || !isZero(node.input(0))) {
      return false;
    }
    Node positions = positions(node.input(1), node.shape());
    if (positions == null) {
      return false;
    }
    indices.add(new Tensor(positions));
    values.add(new Tensor(node.input(2)));
    return true;
  }

  /** The vector of positions that an index repeats over all other axes; null if it has others there. */
  private static @Nullable Node positions(Node index, Shape table) {
    int n = index.shape().dim(0);
    if (!index.shape().equals(table.with(0, n))) {
      return null;
    }
    if (index.op() instanceof Op.Const) {
      return Graph.full(index.dtype(), index.scalars()[0], Shape.of(n), index.device());
    }
    Node column = index.op() instanceof Op.Expand ? index.input(0) : index;
    boolean repeated = column.shape().dim(0) == n && column.shape().size() == n;
    return repeated ? Graph.reshape(column, Shape.of(n)) : null;
  }

  private static boolean isZero(Node node) {
    Node x = node.op() instanceof Op.Cast ? node.input(0) : node;
    return x.op() instanceof Op.Const && x.scalars()[0] == 0;
  }

  private static SparseGradient joined(
      List<Tensor> indices, List<Tensor> values, Shape shape, DType dtype) {
    boolean wide = indices.stream().anyMatch(index -> index.dtype() == DType.I64);
    List<Tensor> positions =
        indices.stream().map(index -> wide ? index.to(DType.I64) : index).toList();
    Tensor all = indices.size() == 1 ? values.getFirst() : Tensors.cat(values, 0);
    Tensor index = indices.size() == 1 ? positions.getFirst() : Tensors.cat(positions, 0);
    return new SparseGradient(index, all.to(dtype), shape);
  }

  /** The numbers of the slices, a vector [n]. */
  public Tensor indices() {
    return indices;
  }

  /** The gradients of the slices, [n, ...]. */
  public Tensor values() {
    return values;
  }

  /** The shape of the table. */
  public Shape shape() {
    return shape;
  }

  /** This with other values, of the same shape, for the same indices. */
  public SparseGradient withValues(Tensor others) {
    return new SparseGradient(indices, others, shape);
  }

  /** The sum of this and another gradient of the same table: the slices of both. */
  public SparseGradient plus(SparseGradient other) {
    if (!shape.equals(other.shape)) {
      throw OpError.of("sparseGradient", "tables of shapes " + shape + " and " + other.shape);
    }
    return joined(
        List.of(indices, other.indices), List.of(values, other.values), shape, values.dtype());
  }

  /**
   * This gradient with its slices in ascending order, where the last one of those with equal indices has their sum, and the
   * others have zeros. Its shapes are those of this, whatever the indices are.
   */
  public SparseGradient coalesce() {
    int n = indices.dim(0);
    if (n < 2) {
      return this;
    }
    Tensor order = new Tensor(Graph.argSort(indices.node(), 0, false, n));
    Tensor sorted = indices.gather(0, order);
    Tensor ends = sorted.narrow(0, 0, n - 1).ne(sorted.narrow(0, 1, n - 1));
    Tensor numbers = new Tensor(Graph.iota(n, indices.device()));
    Tensor end = new Tensor(Graph.full(DType.I32, n - 1, Shape.of(1), indices.device()));
    Tensor places = ends.where(numbers.narrow(0, 0, n - 1), end);
    // The nearest end of a run of equal indices from each place on.
    Node last = Graph.scan(ScanOp.MIN, Tensors.cat(List.of(places, end), 0).node(), 0, true);
    Tensor sums =
        Tensors.zerosLike(values).indexAdd(0, new Tensor(last), values.indexSelect(0, order));
    return new SparseGradient(sorted, sums, shape);
  }

  /** This gradient as a tensor of the shape of the table, which is recorded as such a sum of slices. */
  public Tensor toDense() {
    Tensor zeros = new Tensor(Graph.full(values.dtype(), 0, shape, values.device()));
    return zeros.indexAdd(0, indices, values);
  }

  /** The types and shapes. */
  @Override
  public String toString() {
    return "sparse gradient of " + indices.dim(0) + " slices of " + values.dtype() + shape;
  }
}
