package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import java.util.ArrayList;
import java.util.List;

/** Positions as tensors, and where elements are that are not 0. */
public final class Indexing {
  private Indexing() {}

  /** A vector of positions, turned along an axis and stretched over the others. */
  public static Tensor along(String op, Tensor x, int axis, Tensor index) {
    if (index.rank() != 1) {
      throw OpError.of(op, "the index must be a vector, not of shape " + index.shape());
    }
    Shape shape = x.shape().with(axis, index.dim(0));
    int[] dims = Graph.ones(x.rank()).dims();
    dims[axis] = index.dim(0);
    return index.reshape(Shape.of(dims)).broadcastTo(shape);
  }

  /** Positions in which a negative one counts from the end of an axis. */
  public static Tensor fromEnd(Tensor index, int size) {
    return index.lt(0).where(index.add(size), index);
  }

  static void requireMask(String op, Tensor mask) {
    if (mask.dtype() != DType.BOOL) {
      throw OpError.of(op, "the mask must be bool, not " + mask.dtype());
    }
  }

  /** The elements where a mask is true; how many there are is read at the call. */
  public static Tensor select(Tensor x, Tensor mask) {
    requireMask("maskedSelect", mask);
    Shape shape = Shape.broadcast(mask.shape(), x.shape(), "maskedSelect");
    Node places = places(mask.broadcastTo(shape));
    return new Tensor(Graph.gather(x.broadcastTo(shape).flatten().node(), places, 0));
  }

  /** Where a condition is true, in row-major order, as positions (i32) in this order; their number is read at the call. */
  static Node places(Tensor condition) {
    Tensor flat = condition.flatten();
    return places(flat, flat, flat);
  }

  /** Where a condition is true; other tensors, which are wanted later, are computed together with how often that is. */
  static Node places(Tensor flat, Tensor also, Tensor other) {
    Tensor count = flat.sum();
    Tensor.realize(List.of(flat, also, other, count));
    // A stable sort puts true places in front.
    return Graph.argSort(flat.node(), 0, true, (int) count.item());
  }

  /** The positions (i64) of elements that are not 0, axis by axis. */
  public static List<Tensor> nonzero(Tensor x) {
    Tensor places = new Tensor(Graph.cast(places(x.ne(0)), DType.I64));
    var positions = new ArrayList<Tensor>(x.rank());
    long[] strides = x.shape().strides();
    for (int i = 0; i < x.rank(); i++) {
      Tensor along = strides[i] == 1 ? places : places.floorDiv(strides[i]);
      positions.add(i == 0 ? along : along.remainder(x.dim(i)));
    }
    return List.copyOf(positions);
  }

  public static Tensor argwhere(Tensor x) {
    if (x.rank() == 0) {
      int count = x.ne(0).item() != 0 ? 1 : 0;
      return new Tensor(Graph.full(DType.I64, 0, Shape.of(count, 0), x.device()));
    }
    return Tensors.stack(nonzero(x), 1);
  }

  /** Slices repeated: the ends of their repetitions say which of them a place of the result belongs to. */
  public static Tensor repeat(Tensor x, Tensor counts, int axis) {
    String op = "repeatInterleave";
    int a = x.shape().axis(axis, op);
    int n = x.dim(a);
    boolean whole = counts.dtype() == DType.I32 || counts.dtype() == DType.I64;
    if (!whole || counts.rank() > 1 || (counts.size() != 1 && counts.size() != n)) {
      throw OpError.of(
          op,
          "counts are "
              + counts.dtype()
              + counts.shape()
              + ", they must be one or an i32 or i64 vector of the "
              + n
              + " slices along axis "
              + axis
              + " of shape "
              + x.shape());
    }
    Tensor ends = counts.reshape(-1).broadcastTo(n).cumsum(0).realize();
    long last = 0;
    for (long end : ends.toLongs()) {
      if (end < last) {
        throw OpError.of(op, "counts must not be negative, one is " + (end - last));
      }
      last = end;
    }
    Node places = Graph.iota(ShapeMath.size(op, last), x.device());
    Tensor positions = ends.searchsorted(new Tensor(places), false, true);
    return x.gather(a, along(op, x, a, positions));
  }
}
