package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Index;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ScatterOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The part of a tensor that indices describe: a box, which positions and ranges cut out, and of it the elements at the positions
 * that tensors hold.
 */
public final class Selection {
  private final String op;
  private final Tensor x;
  private final int[] starts;
  private final int[] steps;
  private final int[] counts;

  /** The sizes of the box without axes of a single position, and with new ones. */
  private final List<Integer> sizes = new ArrayList<>();

  private final JoinedAxes joined;

  private Selection(String op, Tensor x) {
    this.op = op;
    this.x = x;
    starts = new int[x.rank()];
    steps = Graph.ones(x.rank()).dims();
    counts = x.shape().dims();
    joined = new JoinedAxes(op);
  }

  public static Tensor get(Tensor x, Index... indices) {
    Selection part = of("get", x, indices);
    return part.joined.isEmpty() ? part.box() : part.joined.read(part.box());
  }

  public static Tensor with(Tensor x, Tensor value, Index... indices) {
    Tensor values = Operands.cast(value, x.dtype());
    Selection part = of("with", x, indices);
    return part.written(
        part.joined.isEmpty()
            ? fitted("with", values, part.shape())
            : part.joined.written(part.box(), values, ScatterOp.PUT));
  }

  /** Values at positions of the first axes, or added there. */
  public static Tensor put(Tensor x, List<Tensor> indices, Tensor values, boolean accumulate) {
    Selection part = of("indexPut", x, indices.stream().map(Index::of).toArray(Index[]::new));
    if (part.joined.isEmpty()) {
      throw OpError.of("indexPut", "no indices for shape " + x.shape());
    }
    if (values.dtype() != x.dtype()) {
      throw OpError.of("indexPut", "values are " + values.dtype() + ", they must be " + x.dtype());
    }
    return part.joined.written(x, values, accumulate ? ScatterOp.ADD : ScatterOp.PUT);
  }

  private static Selection of(String op, Tensor x, Index... indices) {
    int used = 0;
    int ellipses = 0;
    for (Index index : indices) {
      switch (index) {
        case Index.At(var _), Index.Range(var _, var _, var _) -> used++;
        case Index.Positions(var tensor) -> used += isMask(tensor) ? tensor.rank() : 1;
        case Index.Ellipsis() -> ellipses++;
        case Index.NewAxis() -> {}
      }
    }
    if (used > x.rank() || ellipses > 1) {
      throw OpError.of(
          op,
          used > x.rank() ? used + " indices for shape " + x.shape() : "more than one ellipsis");
    }
    var part = new Selection(op, x);
    int axis = 0;
    for (Index index : indices) {
      axis = part.take(index, axis, x.rank() - used);
    }
    part.whole(axis, x.rank());
    return part;
  }

  private static boolean isMask(Tensor tensor) {
    return tensor.dtype() == DType.BOOL;
  }

  /** Applies an index from an axis on; returns the axis that the next one is for. */
  private int take(Index index, int axis, int skipped) {
    return switch (index) {
      case Index.At(int position) -> {
        starts[axis] = ShapeMath.index(op, x, axis, position);
        counts[axis] = 1;
        yield axis + 1;
      }
      case Index.Range(int start, int stop, int step) -> {
        ShapeMath.Range range = ShapeMath.range(op, x.dim(axis), start, stop, step);
        starts[axis] = range.count() == 0 ? 0 : range.first();
        steps[axis] = step;
        counts[axis] = range.count();
        yield whole(axis, axis + 1);
      }
      case Index.Positions(Tensor tensor) -> {
        int next = axis + (isMask(tensor) ? tensor.rank() : 1);
        Shape shape = Shape.of(Arrays.copyOfRange(x.shape().dims(), axis, next));
        require(tensor, shape, axis);
        joined.add(sizes.size(), axis, shape, tensor);
        for (int i = axis; i < next; i++) {
          sizes.add(counts[i]);
        }
        yield next;
      }
      case Index.Ellipsis() -> whole(axis, axis + skipped);
      case Index.NewAxis() -> {
        joined.skip(sizes.size());
        sizes.add(1);
        yield axis;
      }
    };
  }

  private void require(Tensor index, Shape axes, int axis) {
    if (!isMask(index)) {
      if (index.dtype() != DType.I32 && index.dtype() != DType.I64) {
        throw OpError.of(op, "positions must be i32, i64 or a bool mask, not " + index.dtype());
      }
    } else if (index.rank() == 0 || !axes.equals(index.shape())) {
      throw OpError.of(
          op,
          "the mask " + index.shape() + " does not fit axis " + axis + " of shape " + x.shape());
    }
  }

  /** Adds axes that no tensor indexes to the box; returns the axis after them. */
  private int whole(int axis, int next) {
    for (int i = axis; i < next; i++) {
      joined.skip(sizes.size());
      sizes.add(counts[i]);
    }
    return next;
  }

  private Shape shape() {
    return Shape.of(sizes.stream().mapToInt(n -> n).toArray());
  }

  private Tensor box() {
    Node box = Graph.slice(x.node(), Axes.of(starts), Axes.of(steps), Shape.of(counts));
    return new Tensor(Graph.reshape(box, shape()));
  }

  /** Values that are broadcast to what they replace. */
  static Tensor fitted(String op, Tensor values, Shape shape) {
    if (!ShapeMath.stretches(values.shape(), shape)) {
      throw OpError.of(
          op,
          "values "
              + values.shape()
              + " do not broadcast to "
              + shape
              + ", the shape of what they replace");
    }
    return values.broadcastTo(shape);
  }

  /** The whole tensor with another box. */
  private Tensor written(Tensor values) {
    return replaced(x, values.reshape(Shape.of(counts)), starts, steps);
  }

  /** A tensor with another box, whose elements along each axis are at a first position and steps behind it. */
  static Tensor replaced(Tensor x, Tensor values, int[] starts, int[] steps) {
    Shape inner = values.shape();
    if (inner.size() == 0) {
      return x;
    }
    Tensor box = values;
    int[] before = starts.clone();
    int[] apart = steps.clone();
    for (int i = 0; i < before.length; i++) {
      if (apart[i] < 0) {
        box = box.flip(i);
        before[i] += (inner.dim(i) - 1) * apart[i];
      }
      apart[i] = inner.dim(i) == 1 ? 1 : Math.abs(apart[i]);
    }
    if (inner.equals(x.shape())) {
      return box;
    }
    Tensor inside = new Tensor(Graph.full(DType.BOOL, 1, inner, x.device()));
    return padded(inside, before, apart, x.shape()).where(padded(box, before, apart, x.shape()), x);
  }

  private static Tensor padded(Tensor box, int[] before, int[] apart, Shape shape) {
    Node zero = Graph.constant(box.dtype(), 0, box.device());
    return new Tensor(Graph.pad(box.node(), zero, Axes.of(before), Axes.of(apart), shape));
  }
}
