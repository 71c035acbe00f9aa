package dev.adjoint.ops;

import dev.adjoint.Index;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;

/** Indexing by several axes at once. */
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

  public static Tensor get(Tensor x, Index... indices) {
    int used = 0;
    int ellipses = 0;
    int tensors = 0;
    for (Index index : indices) {
      switch (index) {
        case Index.At(var _), Index.Range(var _, var _, var _) -> used++;
        case Index.Positions(var _) -> {
          used++;
          tensors++;
        }
        case Index.Ellipsis() -> ellipses++;
        case Index.NewAxis() -> {}
      }
    }
    if (used > x.rank() || ellipses > 1 || tensors > 1) {
      throw OpError.of(
          "get",
          used > x.rank()
              ? used + " indices for shape " + x.shape()
              : "at most one ellipsis and one tensor of positions");
    }
    int skipped = x.rank() - used;
    int axis = 0;
    Tensor result = x;
    for (Index index : indices) {
      switch (index) {
        case Index.At(int position) -> result = result.select(axis, position);
        case Index.Range(int start, int stop, int step) ->
            result = ShapeMath.range(result, axis++, start, stop, step);
        case Index.Positions(Tensor positions) -> {
          int[] dims = positions.shape().dims();
          Tensor flat = result.indexSelect(axis, fromEnd(positions.flatten(), result.dim(axis)));
          result =
              dims.length == 0
                  ? flat.select(axis, 0)
                  : dims.length == 1 ? flat : flat.unflatten(axis, dims);
          axis += dims.length;
        }
        case Index.Ellipsis() -> axis += skipped;
        case Index.NewAxis() -> result = result.unsqueeze(axis++);
      }
    }
    return result;
  }
}
