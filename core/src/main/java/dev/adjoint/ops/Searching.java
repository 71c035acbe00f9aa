package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements found in others. */
public final class Searching {
  /** Up to so many elements, all are compared; else they are sorted first. */
  private static final int FEW = 32;

  private Searching() {}

  public static Tensor sorted(
      Tensor sequence,
      Tensor values,
      boolean outInt32,
      boolean right,
      @Nullable String side,
      @Nullable Tensor sorter) {
    boolean known = side == null || side.equals("right") || (side.equals("left") && !right);
    if (!known) {
      throw OpError.of(
          "searchsorted",
          "side is '" + side + "', it must be left or right, and right if right is true");
    }
    Tensor ascending = sorter == null ? sequence : sequence.gather(-1, sorter);
    Tensor found = sorted("searchsorted", ascending, values, right || "right".equals(side));
    return outInt32 ? found.to(DType.I32) : found;
  }

  public static Tensor sorted(String op, Tensor sequence, Tensor values, boolean right) {
    int rank = sequence.rank();
    if (rank == 0) {
      throw OpError.of(op, "the sequence must have an axis, it is a scalar");
    }
    Graph.sameDevice(op, sequence.node(), values.node());
    if (rank == 1) {
      return search(sequence, values.flatten(), right).reshape(values.shape());
    }
    if (values.rank() != rank
        || !values.shape().with(rank - 1, 0).equals(sequence.shape().with(rank - 1, 0))) {
      throw OpError.of(
          op,
          "values "
              + values.shape()
              + " do not have the first axes of the sequence "
              + sequence.shape());
    }
    return search(sequence, values, right);
  }

  /**
   * How many elements of an ascending last axis are below each value, or not above it (i64): a binary search of all values side
   * by side. The position grows by powers of two, from the largest on, as long as the elements
   * that are passed belong in front of the value.
   */
  static Tensor search(Tensor sequence, Tensor values, boolean right) {
    int last = sequence.rank() - 1;
    int n = sequence.dim(last);
    Tensor position = new Tensor(Graph.full(DType.I32, 0, values.shape(), values.device()));
    for (int step = Integer.highestOneBit(n); step > 0; step /= 2) {
      Tensor next = position.add(step);
      Tensor element = sequence.gather(last, next.clampMax(n).sub(1));
      Tensor before = right ? element.le(values) : element.lt(values);
      if (values.dtype().isFloat()) {
        before = before.logicalOr(values.isNan());
      }
      position = next.le(n).logicalAnd(before).where(next, position);
    }
    return position.to(DType.I64);
  }

  public static Tensor buckets(Tensor x, Tensor boundaries, boolean outInt32, boolean right) {
    if (boundaries.rank() != 1) {
      throw OpError.of(
          "bucketize", "the boundaries must be a vector, not of shape " + boundaries.shape());
    }
    Tensor found = sorted("bucketize", boundaries, x, right);
    return outInt32 ? found.to(DType.I32) : found;
  }

  public static Tensor contained(Tensor x, Tensor elements) {
    Tensor flat = elements.flatten();
    int n = flat.dim(0);
    Graph.sameDevice("isIn", x.node(), elements.node());
    if (n <= FEW) {
      return x.unsqueeze(-1).eq(flat).any(-1);
    }
    Tensor values = x.flatten();
    Tensor sorted = flat.sort().values();
    Tensor position = search(sorted, values, false).clampMax(n - 1);
    return sorted.gather(0, position).eq(values).reshape(x.shape());
  }

  public static Tensor bincount(Tensor x, int minlength) {
    Tensor ones = new Tensor(Graph.full(DType.I64, 1, x.shape(), x.device()));
    return counted(x, ones, minlength);
  }

  public static Tensor bincount(Tensor x, Tensor weights, int minlength) {
    if (!weights.shape().equals(x.shape())) {
      throw OpError.of(
          "bincount", "weights " + weights.shape() + " do not have the shape " + x.shape());
    }
    return counted(x, weights.dtype() == DType.F32 ? weights : weights.to(DType.F64), minlength);
  }

  private static Tensor counted(Tensor x, Tensor weights, int minlength) {
    if (!x.dtype().isInteger() || x.rank() != 1) {
      throw OpError.of(
          "bincount", "needs a vector of integers, not " + x.dtype() + " of shape " + x.shape());
    }
    if (minlength < 0) {
      throw OpError.of("bincount", "minlength must not be negative, it is " + minlength);
    }
    int length = Math.max(minlength, x.dim(0) == 0 ? 0 : above("bincount", x));
    Tensor zeros = new Tensor(Graph.full(weights.dtype(), 0, Shape.of(length), x.device()));
    Tensor index = x.dtype() == DType.I64 ? x : x.to(DType.I32);
    return zeros.scatterAdd(0, index, weights);
  }

  /** The size of an axis that the numbers are positions of. */
  public static int above(String op, Tensor x) {
    Tensor least = x.min();
    Tensor largest = x.max();
    Tensor.realize(List.of(x, least, largest));
    if (least.item() < 0) {
      throw OpError.of(op, "no number may be negative, the least is " + (long) least.item());
    }
    return ShapeMath.size(op, (long) largest.item() + 1);
  }
}
