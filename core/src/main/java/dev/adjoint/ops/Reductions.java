package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.ValuesAndIndices;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ReduceOp;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Folds over axes, which the public reductions are made of. */
public final class Reductions {
  private Reductions() {}

  /** Sorted axes from 0 on; no axes means all axes. */
  public static int[] axes(String op, Tensor x, int... axes) {
    int rank = x.rank();
    int[] sorted = new int[axes.length == 0 ? rank : axes.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = axes.length == 0 ? i : axis(op, x.shape(), axes[i]);
    }
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw OpError.of(op, "axis " + sorted[i] + " appears twice in " + Arrays.toString(axes));
      }
    }
    // A scalar may be reduced along its imagined axis 0, which leaves it as it is.
    return rank == 0 ? new int[0] : sorted;
  }

  private static int axis(String op, Shape shape, int axis) {
    return shape.rank() == 0 && (axis == 0 || axis == -1) ? 0 : shape.axis(axis, op);
  }

  /** The product of the sizes of axes. */
  static long count(Tensor x, int[] axes) {
    long n = 1;
    for (int axis : axes) {
      n *= x.dim(axis);
    }
    return n;
  }

  /** Sum or product; bool and integers are folded in i64. */
  public static Tensor fold(ReduceOp f, Tensor x, int[] axes, boolean keepDim) {
    int[] sorted = axes(OpError.name(f), x, axes);
    return reduce(f, x.dtype().isFloat() ? x : x.to(DType.I64), sorted, keepDim);
  }

  /** Maximum or minimum in the tensor's own type. */
  public static Tensor extreme(ReduceOp f, Tensor x, int[] axes, boolean keepDim) {
    int[] sorted = axes(OpError.name(f), x, axes);
    DType dtype = x.dtype();
    return reduce(f, dtype.isFloat() ? x : x.to(dtype.folded()), sorted, keepDim).to(dtype);
  }

  /** Maximum or minimum along an axis, and its first position. */
  public static ValuesAndIndices located(ReduceOp f, Tensor x, int axis, boolean keepDim) {
    Tensor value = extreme(f, x.detach(), new int[] {axis}, keepDim);
    Tensor position = argument(OpError.name(f), f, x, axis, keepDim);
    if (!x.dtype().isFloat() || x.rank() == 0) {
      return new ValuesAndIndices(x.rank() == 0 ? x : value, position);
    }
    var rule = new AtPosition(f, x.shape().axis(axis, OpError.name(f)), keepDim);
    Node chosen = Graph.custom(rule, List.of(value.node(), x.node()));
    return new ValuesAndIndices(new Tensor(chosen), position);
  }

  /** The element that is the extreme value has all of the gradient. */
  private record AtPosition(ReduceOp f, int axis, boolean keepDim) implements GradientRule {
    @Override
    public String name() {
      return OpError.name(f);
    }

    @Override
    public List<Supplier<Node>> gradients(Node node, Node gradient) {
      Tensor g = new Tensor(gradient);
      Tensor x = new Tensor(node.input(1)).detach();
      Tensor place = Sequences.indices(x.shape(), axis, x.device());
      return List.of(
          () ->
              place
                  .eq(argument(name(), f, x, axis, true))
                  .where(keepDim ? g : g.unsqueeze(axis), 0)
                  .node());
    }
  }

  /** A primitive fold over sorted axes. */
  static Tensor reduce(ReduceOp f, Tensor x, int[] sorted, boolean keepDim) {
    Node kept = Graph.reduce(f, x.node(), Axes.of(sorted));
    return new Tensor(keepDim ? kept : Graph.reshape(kept, without(kept.shape(), sorted)));
  }

  /** A shape without some of its axes, which are sorted. */
  public static Shape without(Shape shape, int[] sorted) {
    int[] dims = new int[shape.rank() - sorted.length];
    int dropped = 0;
    for (int i = 0; i < shape.rank(); i++) {
      if (dropped < sorted.length && sorted[dropped] == i) {
        dropped++;
      } else {
        dims[i - dropped] = shape.dim(i);
      }
    }
    return Shape.of(dims);
  }

  /** The first index along an axis of the extreme value, or of the first NaN. */
  public static Tensor argument(String op, ReduceOp f, Tensor x, int axis, boolean keepDim) {
    if (x.rank() == 0) {
      return argument(op, f, x.unsqueeze(axis), 0, false);
    }
    int a = x.shape().axis(axis, op);
    int n = x.dim(a);
    if (n == 0) {
      throw OpError.of(op, "no elements along axis " + a + " of shape " + x.shape());
    }
    Tensor hit = x.eq(extreme(f, x, new int[] {a}, true));
    if (x.dtype().isFloat()) {
      hit = hit.logicalOr(x.isNan());
    }
    Tensor first = hit.where(Sequences.indices(x.shape(), a, x.device()), n);
    return reduce(ReduceOp.MIN, first, new int[] {a}, keepDim).to(DType.I64);
  }
}
