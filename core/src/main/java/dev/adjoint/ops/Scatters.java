package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.ScatterOp;
import java.util.List;

/** Elements put at positions, or folded there. */
public final class Scatters {
  private Scatters() {}

  public static Tensor scatter(
      String op, ScatterOp f, Tensor x, int axis, Tensor index, Tensor source) {
    int a = x.shape().axis(axis, op);
    return at(op, f, x, a, index, fitted(index, source));
  }

  public static Tensor scatter(Tensor x, int axis, Tensor index, Number value) {
    int a = x.shape().axis(axis, "scatter");
    return at("scatter", ScatterOp.PUT, x, a, index, full(value, x, index));
  }

  private static Tensor at(
      String op, ScatterOp f, Tensor x, int axis, Tensor index, Tensor source) {
    return new Tensor(Graph.scatter(op, f, x.node(), index.node(), source.node(), axis));
  }

  /** The part of a source that an index has positions for. */
  private static Tensor fitted(Tensor index, Tensor source) {
    int rank = source.rank();
    boolean larger = rank == index.rank();
    for (int i = 0; larger && i < rank; i++) {
      larger = source.dim(i) >= index.dim(i);
    }
    Axes steps = Axes.of(Graph.ones(rank).dims());
    return larger
        ? new Tensor(Graph.slice(source.node(), Axes.of(new int[rank]), steps, index.shape()))
        : source;
  }

  private static Tensor full(Number value, Tensor x, Tensor index) {
    return full(value, x.dtype(), index.shape(), x.device());
  }

  private static Tensor full(Number value, DType dtype, Shape shape, Device device) {
    long bits = Operands.bits("scatter", value, dtype);
    return new Tensor(Graph.full(dtype, bits, shape, device));
  }

  public static Tensor reduce(
      Tensor x, int axis, Tensor index, Tensor source, String reduce, boolean includeSelf) {
    String op = "scatterReduce";
    int a = x.shape().axis(axis, op);
    return switch (reduce) {
      case "sum" -> fold(ScatterOp.ADD, ReduceOp.SUM, x, a, index, source, includeSelf);
      case "prod" -> fold(ScatterOp.MUL, ReduceOp.PROD, x, a, index, source, includeSelf);
      case "amax" -> fold(ScatterOp.MAX, ReduceOp.MAX, x, a, index, source, includeSelf);
      case "amin" -> fold(ScatterOp.MIN, ReduceOp.MIN, x, a, index, source, includeSelf);
      case "mean" -> mean(x, a, index, source, includeSelf);
      default ->
          throw OpError.of(
              op, "reduce is '" + reduce + "', it must be sum, prod, mean, amax or amin");
    };
  }

  /** Without itself, an element that is folded with others is first replaced by what leaves them as they are. */
  private static Tensor fold(
      ScatterOp f,
      ReduceOp like,
      Tensor x,
      int axis,
      Tensor index,
      Tensor source,
      boolean includeSelf) {
    String op = "scatterReduce";
    Tensor start = x;
    if (!includeSelf) {
      long bits = like.identity(x.dtype());
      Node identity = Graph.full(x.dtype(), bits, index.shape(), x.device());
      start = at(op, ScatterOp.PUT, x, axis, index, new Tensor(identity));
    }
    return at(op, f, start, axis, index, fitted(index, source));
  }

  private static Tensor mean(Tensor x, int axis, Tensor index, Tensor source, boolean includeSelf) {
    DType dtype = x.dtype();
    if (dtype == DType.BOOL || source.dtype() != dtype) {
      throw OpError.of(
          "scatterReduce",
          "no mean of "
              + dtype
              + " and "
              + source.dtype()
              + ": both must be of one type of numbers");
    }
    Tensor wide = x.to(dtype.folded());
    Tensor sums =
        fold(ScatterOp.ADD, ReduceOp.SUM, wide, axis, index, source.to(wide.dtype()), includeSelf);
    // Floats count as far as they have all integers, and devices add them faster.
    boolean exact = index.dim(axis) < 1 / wide.dtype().epsilon();
    DType count = dtype.isFloat() && exact ? wide.dtype() : DType.I32;
    Tensor start = full(includeSelf ? 1 : 0, count, x.shape(), x.device());
    Tensor ones = full(1, count, index.shape(), x.device());
    Tensor counts = new Tensor(Graph.scatterAdd(start.node(), index.node(), ones.node(), axis));
    if (!includeSelf) {
      counts = counts.clampMin(1);
    }
    return (dtype.isFloat() ? sums.div(counts) : sums.floorDiv(counts)).to(dtype);
  }

  /** Slices of a source at the positions of a vector. */
  public static Tensor slices(
      String op, ScatterOp f, Tensor x, int axis, Tensor index, Tensor source) {
    int a = x.shape().axis(axis, op);
    if (source.rank() != x.rank() || !source.shape().with(a, 0).equals(x.shape().with(a, 0))) {
      throw OpError.of(
          op, "source " + source.shape() + " does not fit " + x.shape() + " outside axis " + axis);
    }
    return at(op, f, x, a, Indexing.along(op, x, a, index), source);
  }

  /** Which slices along an axis the positions of a vector name, as a mask that broadcasts to the shape. */
  public static Tensor named(String op, Tensor x, int axis, Tensor index) {
    int a = x.shape().axis(axis, op);
    if (index.rank() != 1) {
      throw OpError.of(op, "the index must be a vector, not of shape " + index.shape());
    }
    Node none = Graph.full(DType.BOOL, 0, Shape.of(x.dim(a)), x.device());
    Node all = Graph.full(DType.BOOL, 1, index.shape(), x.device());
    Tensor positions = Indexing.fromEnd(index, x.dim(a));
    Tensor hit = at(op, ScatterOp.PUT, new Tensor(none), 0, positions, new Tensor(all));
    return hit.reshape(Graph.ones(x.rank()).with(a, x.dim(a)));
  }

  public static Tensor put(Tensor x, Tensor index, Tensor source, boolean accumulate) {
    if (source.size() != index.size()) {
      throw OpError.of(
          "put",
          "source " + source.shape() + " does not have as many elements as index " + index.shape());
    }
    Tensor flat = x.flatten();
    Tensor positions = Indexing.fromEnd(index.flatten(), flat.dim(0));
    ScatterOp f = accumulate ? ScatterOp.ADD : ScatterOp.PUT;
    return at("put", f, flat, 0, positions, source.flatten()).reshape(x.shape());
  }

  /** A place is true as the k-th one, and takes element k; a zero in front of the source is what other places read. */
  public static Tensor masked(Tensor x, Tensor mask, Tensor source) {
    Indexing.requireMask("maskedScatter", mask);
    if (source.dtype() != x.dtype()) {
      throw OpError.of(
          "maskedScatter", "the source is " + source.dtype() + ", it must be " + x.dtype());
    }
    Shape shape = Shape.broadcast(mask.shape(), x.shape(), "maskedScatter");
    Tensor wanted = mask.broadcastTo(shape);
    Tensor flat = wanted.flatten();
    Tensor number = flat.where(flat.cumsum(0), 0);
    Tensor zero = new Tensor(Graph.full(x.dtype(), 0, Shape.of(1), x.device()));
    Tensor table = Tensors.cat(List.of(zero, source.flatten()), 0);
    String rule =
        "maskedScatter: the mask takes element %d of the source, counted from 1, but there are less than %d";
    Tensor values = new Tensor(RangeCheck.rows(rule, table.node(), number.node()));
    return wanted.where(values.reshape(shape), x);
  }

  public static Tensor slice(Tensor x, Tensor source, int axis, int start, int stop, int step) {
    int a = x.shape().axis(axis, "sliceScatter");
    if (step <= 0) {
      throw OpError.of("sliceScatter", "the step must be positive, not " + step);
    }
    int n = x.dim(a);
    int first = Math.clamp(start < 0 ? (long) start + n : start, 0, n);
    int end = Math.clamp(stop < 0 ? (long) stop + n : stop, first, n);
    Shape slice = x.shape().with(a, Math.ceilDiv(end - first, step));
    return replaced("sliceScatter", x, source, a, first, step, slice);
  }

  public static Tensor select(Tensor x, Tensor source, int axis, int index) {
    int a = x.shape().axis(axis, "selectScatter");
    int position = ShapeMath.index("selectScatter", x, a, index);
    Shape slice = Reductions.without(x.shape(), new int[] {a});
    requireLike("selectScatter", x, source, slice);
    return replaced("selectScatter", x, source.unsqueeze(a), a, position, 1, x.shape().with(a, 1));
  }

  private static void requireLike(String op, Tensor x, Tensor source, Shape slice) {
    if (!source.shape().equals(slice) || source.dtype() != x.dtype()) {
      throw OpError.of(
          op,
          "the source is "
              + source.dtype()
              + source.shape()
              + ", it must be "
              + x.dtype()
              + slice
              + " like what it replaces");
    }
  }

  /** Every step-th slice along an axis replaced. */
  private static Tensor replaced(
      String op, Tensor x, Tensor source, int axis, int first, int step, Shape slice) {
    requireLike(op, x, source, slice);
    int[] starts = new int[x.rank()];
    int[] steps = Graph.ones(x.rank()).dims();
    starts[axis] = first;
    steps[axis] = step;
    return Selection.replaced(x, source, starts, steps);
  }
}
