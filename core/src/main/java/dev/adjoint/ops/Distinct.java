package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.UniqueElements;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
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
