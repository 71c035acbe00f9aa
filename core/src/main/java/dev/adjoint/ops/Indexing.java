package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Index;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;
import dev.adjoint.graph.ScatterOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

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
  private static Node places(Tensor condition) {
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

  /** Values at positions of the first axes, which are taken as one. */
  public static Tensor put(Tensor x, List<Tensor> indices, Tensor values, boolean accumulate) {
    List<Tensor> positions = positions("indexPut", x, indices);
    int used = positions.size();
    if (values.dtype() != x.dtype()) {
      throw OpError.of("indexPut", "values are " + values.dtype() + ", they must be " + x.dtype());
    }
    Tensor index = joined("indexPut", x, positions);
    int[] dims = x.shape().dims();
    int rows = ShapeMath.size("indexPut", Axes.product(Arrays.copyOf(dims, used)));
    int[] rest = Arrays.copyOfRange(dims, used, dims.length);
    int width = ShapeMath.size("indexPut", Axes.product(rest));
    int[] wanted = Arrays.copyOf(index.shape().dims(), index.rank() + rest.length);
    System.arraycopy(rest, 0, wanted, index.rank(), rest.length);
    if (!ShapeMath.stretches(values.shape(), Shape.of(wanted))) {
      throw OpError.of(
          "indexPut",
          "values "
              + values.shape()
              + " do not broadcast to "
              + Shape.of(wanted)
              + ", the shape of what they replace");
    }
    Shape source = Shape.of(ShapeMath.size("indexPut", index.size()), width);
    Node result =
        Graph.scatter(
            "indexPut",
            accumulate ? ScatterOp.ADD : ScatterOp.PUT,
            Graph.reshape(x.node(), Shape.of(rows, width)),
            index.reshape(source.dim(0), 1).broadcastTo(source).node(),
            Graph.reshape(Graph.broadcast(values.node(), Shape.of(wanted)), source),
            0);
    return new Tensor(Graph.reshape(result, x.shape()));
  }

  /** Positions for axes from the first on, where masks stand for those of their axes. */
  private static List<Tensor> positions(String op, Tensor x, List<Tensor> indices) {
    var positions = new ArrayList<Tensor>();
    for (Tensor index : indices) {
      if (index.dtype() != DType.BOOL) {
        positions.add(index);
        continue;
      }
      int from = positions.size();
      int to = Math.min(from + index.rank(), x.rank());
      Shape axes = Shape.of(Arrays.copyOfRange(x.shape().dims(), Math.min(from, to), to));
      if (index.rank() == 0 || !axes.equals(index.shape())) {
        throw OpError.of(
            op,
            "the mask " + index.shape() + " does not fit axis " + from + " of shape " + x.shape());
      }
      positions.addAll(nonzero(index));
    }
    if (positions.isEmpty() || positions.size() > x.rank()) {
      throw OpError.of(op, positions.size() + " indices for shape " + x.shape());
    }
    return positions;
  }

  /** Positions of several axes as one position each in their row-major order; those of a single axis are not checked here. */
  private static Tensor joined(String op, Tensor x, List<Tensor> positions) {
    Shape shape = positions.getFirst().shape();
    for (Tensor index : positions) {
      shape = Shape.broadcast(shape, index.shape(), op);
    }
    Tensor joined = null;
    for (int i = 0; i < positions.size(); i++) {
      int size = x.dim(i);
      Tensor index = fromEnd(positions.get(i), size);
      if (positions.size() > 1) {
        String rule = op + ": index %d is out of range for axis " + i + " of size %d";
        index = new Tensor(RangeCheck.checked(rule, index.node(), size));
      }
      joined = joined == null ? index : joined.mul(size).add(index);
    }
    return Objects.requireNonNull(joined).broadcastTo(shape);
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
