package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.ValuesAndIndices;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;

/** Sorting: positions are sorted once, and the values are those at the positions. */
public final class Sorting {
  private Sorting() {}

  public static ValuesAndIndices sort(Tensor x, int axis, boolean descending) {
    int a = Scans.axis("sort", x, axis);
    return x.rank() == 0 ? alone(x) : first(x, a, descending, x.dim(a));
  }

  public static ValuesAndIndices topk(Tensor x, int k, int axis, boolean largest) {
    int a = Scans.axis("topk", x, axis);
    require("topk", x, a, k, 0);
    return x.rank() == 0 ? topk(x.reshape(1), k, 0, largest) : first(x, a, largest, k);
  }

  public static ValuesAndIndices kthvalue(Tensor x, int k, int axis, boolean keepDim) {
    int a = Scans.axis("kthvalue", x, axis);
    require("kthvalue", x, a, k, 1);
    if (x.rank() == 0) {
      return alone(x);
    }
    return at(x, kth(x, k, a), a, keepDim);
  }

  /** In sorted order, equal elements are runs; the longest ends where most elements of its run are before, and first so. */
  public static ValuesAndIndices mode(Tensor x, int axis, boolean keepDim) {
    int a = Scans.axis("mode", x, axis);
    if (x.rank() == 0) {
      return alone(x);
    }
    int n = x.dim(a);
    if (n == 0) {
      throw OpError.of("mode", "no elements along axis " + a + " of shape " + x.shape());
    }
    ValuesAndIndices sorted = first(x, a, false, n);
    Tensor place = Sequences.indices(x.shape(), a, x.device());
    Tensor after = sorted.values().narrow(a, 1, n - 1);
    Tensor begins =
        after.ne(sorted.values().narrow(a, 0, n - 1)).where(place.narrow(a, 1, n - 1), 0);
    Tensor start = Tensors.cat(a, place.narrow(a, 0, 1), begins).cummax(a).values();
    Tensor end = place.sub(start).argmax(a, true);
    return at(x, sorted.indices().gather(a, end), a, keepDim);
  }

  private static void require(String op, Tensor x, int axis, int k, int least) {
    int n = x.rank() == 0 ? 1 : x.dim(axis);
    if (k < least || k > n) {
      throw OpError.of(
          op,
          "k is "
              + k
              + ", it must be from "
              + least
              + " to the "
              + n
              + " elements along axis "
              + axis
              + " of shape "
              + x.shape());
    }
  }

  static ValuesAndIndices alone(Tensor x) {
    return new ValuesAndIndices(x, new Tensor(Graph.constant(DType.I64, 0, x.device())));
  }

  /** The first elements in order. */
  static ValuesAndIndices first(Tensor x, int axis, boolean descending, int count) {
    return at(x, Graph.argSort(x.node(), axis, descending, count), axis);
  }

  /** The position (i32) of the k-th smallest element. */
  static Tensor kth(Tensor x, int k, int axis) {
    return new Tensor(Graph.argSort(x.node(), axis, false, k)).narrow(axis, k - 1, 1);
  }

  /** The elements at one position each along an axis, which is kept with size 1 or dropped. */
  static ValuesAndIndices at(Tensor x, Tensor position, int axis, boolean keepDim) {
    ValuesAndIndices kept = at(x, position.node(), axis);
    return keepDim
        ? kept
        : new ValuesAndIndices(kept.values().squeeze(axis), kept.indices().squeeze(axis));
  }

  private static ValuesAndIndices at(Tensor x, Node positions, int axis) {
    return new ValuesAndIndices(
        new Tensor(Graph.gather(x.node(), positions, axis)),
        new Tensor(Graph.cast(positions, DType.I64)));
  }
}
