package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.UniqueElements;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ScatterOp;
import java.util.List;

/** Elements without repetitions: equal ones become runs, of which the beginnings are kept. */
public final class Distinct {
  private Distinct() {}

  /** As sorting is stable, the first of a run is the first that occurs. */
  public static UniqueElements sorted(Tensor x) {
    Tensor flat = x.detach().flatten();
    Tensor order = new Tensor(Graph.argSort(flat.node(), 0, false, flat.dim(0)));
    return runs(x.shape(), new Tensor(Graph.gather(flat.node(), order.node(), 0)), order);
  }

  public static UniqueElements sorted(Tensor x, int axis) {
    int a = x.shape().axis(axis, "unique");
    Tensor numbers = ranks(slices("unique", x, a));
    // Neighbours are joined to pairs, whose ranks are those of both in lexicographic order.
    while (numbers.dim(1) > 1) {
      int pairs = numbers.dim(1) / 2;
      Tensor even = numbers.slice(1, 0, 2 * pairs, 2);
      Tensor odd = numbers.slice(1, 1, 2 * pairs, 2);
      Tensor joined = ranks(even.mul(x.dim(a)).add(odd));
      numbers = Tensors.cat(List.of(joined, numbers.narrow(1, 2 * pairs, numbers.dim(1) % 2)), 1);
    }
    return ofSlices(x, a, sorted(numbers.flatten()));
  }

  public static UniqueElements consecutive(Tensor x, int axis) {
    int a = x.shape().axis(axis, "uniqueConsecutive");
    Tensor rows = slices("uniqueConsecutive", x, a);
    return ofSlices(x, a, consecutive(counted(rows, changes(rows).any(1, true)).flatten()));
  }

  private static Tensor slices(String op, Tensor x, int axis) {
    if (x.size() == 0 && x.dim(axis) > 0) {
      throw OpError.of(
          op, "slices along axis " + axis + " of shape " + x.shape() + " have no elements");
    }
    int n = x.dim(axis);
    Tensor rows = x.detach().movedim(axis, 0);
    return n == 0 ? rows.reshape(0, 1) : rows.reshape(n, -1);
  }

  private static UniqueElements ofSlices(Tensor x, int axis, UniqueElements numbers) {
    return new UniqueElements(
        x.detach().indexSelect(axis, numbers.indices()),
        numbers.indices(),
        numbers.inverse(),
        numbers.counts());
  }

  /** For each element of a column, how many distinct ones are less (i64). */
  private static Tensor ranks(Tensor columns) {
    Tensor order = columns.argsort(0);
    Tensor sorted = columns.gather(0, order);
    return new Tensor(
        Graph.scatter(
            "unique",
            ScatterOp.PUT,
            order.node(),
            order.node(),
            counted(columns, changes(sorted)).node(),
            0));
  }

  private static Tensor changes(Tensor rows) {
    int n = rows.dim(0);
    return n == 0 ? rows.ne(rows) : rows.narrow(0, 1, n - 1).ne(rows.narrow(0, 0, n - 1));
  }

  /** Running counts (i64) of changes, of which the first row has none. */
  private static Tensor counted(Tensor rows, Tensor changes) {
    return changes.cumsum(0).pad(0, 0, Math.min(1, rows.dim(0)), 0);
  }

  public static UniqueElements consecutive(Tensor x) {
    Tensor flat = x.detach().flatten();
    return runs(x.shape(), flat, Sequences.indices(flat.shape(), 0, x.device()));
  }

  /**
   * The runs of equal elements.
   *
   * @param flat elements, as a vector
   * @param origins where each was in the original
   */
  private static UniqueElements runs(Shape shape, Tensor flat, Tensor origins) {
    int n = flat.dim(0);
    if (n == 0) {
      Tensor none = new Tensor(Graph.full(DType.I64, 0, flat.shape(), flat.device()));
      return new UniqueElements(flat, none, none.reshape(shape), none);
    }
    Tensor changes = flat.narrow(0, 1, n - 1).ne(flat.narrow(0, 0, n - 1));
    Tensor one = new Tensor(Graph.full(DType.BOOL, 1, Shape.of(1), flat.device()));
    Tensor first = Tensors.cat(List.of(one, changes), 0);
    Node places = Indexing.places(first, flat, origins);
    Tensor begins = new Tensor(Graph.cast(places, DType.I64));
    Tensor end = new Tensor(Graph.full(DType.I64, n, Shape.of(1), flat.device()));
    Tensor run = first.cumsum(0).sub(1);
    Node inverse =
        Graph.scatter("unique", ScatterOp.PUT, run.node(), origins.node(), run.node(), 0);
    return new UniqueElements(
        new Tensor(Graph.gather(flat.node(), places, 0)),
        new Tensor(Graph.cast(Graph.gather(origins.node(), places, 0), DType.I64)),
        new Tensor(Graph.reshape(inverse, shape)),
        Tensors.cat(List.of(begins, end), 0).diff());
  }
}
