package dev.adjoint.ops;

import dev.adjoint.Tensor;
import dev.adjoint.ValuesAndIndices;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ReduceOp;

/** Elements of given ranks in ascending order. */
public final class Quantiles {
  private Quantiles() {}

  public static ValuesAndIndices median(Tensor x, int axis, boolean keepDim) {
    int a = checked("median", x, axis);
    if (x.rank() == 0) {
      return Sorting.alone(x);
    }
    int n = x.dim(a);
    Tensor position = Sorting.kth(x, (n + 1) / 2, a);
    if (x.dtype().isFloat()) {
      Tensor places = x.isNan().where(Sequences.indices(x.shape(), a, x.device()), n);
      Tensor nan = Reductions.reduce(ReduceOp.MIN, places, new int[] {a}, true);
      position = nan.lt(n).where(nan, position);
    }
    return Sorting.at(x, position, a, keepDim);
  }

  public static ValuesAndIndices nanmedian(Tensor x, int axis, boolean keepDim) {
    if (!x.dtype().isFloat()) {
      return median(x, axis, keepDim);
    }
    int a = checked("nanmedian", x, axis);
    if (x.rank() == 0) {
      return Sorting.alone(x);
    }
    Tensor positions = new Tensor(Graph.argSort(x.node(), a, false, x.dim(a)));
    Tensor numbers = x.isNan().logicalNot().sum(a, true);
    Tensor rank = numbers.sub(1).clampMin(0).floorDiv(2);
    return Sorting.at(x, positions.gather(a, rank), a, keepDim);
  }

  public static Tensor quantile(Tensor x, double q, int axis, boolean keepDim) {
    Tensor values = Operands.floating(x);
    int a = checked("quantile", values, axis);
    if (!(q >= 0 && q <= 1)) {
      throw OpError.of("quantile", "q is " + q + ", it must be from 0 to 1");
    }
    if (x.rank() == 0) {
      return values;
    }
    double rank = q * (values.dim(a) - 1);
    int low = (int) Math.floor(rank);
    int high = (int) Math.ceil(rank);
    Tensor sorted = Sorting.first(values, a, false, high + 1).values();
    Tensor below = sorted.narrow(a, low, 1);
    Tensor value = low == high ? below : below.lerp(sorted.narrow(a, high, 1), rank - low);
    return withNan(values, keepDim ? value : value.squeeze(a), a, keepDim);
  }

  private static int checked(String op, Tensor x, int axis) {
    int a = Scans.axis(op, x, axis);
    if (x.rank() > 0 && x.dim(a) == 0) {
      throw OpError.of(op, "no elements along axis " + a + " of shape " + x.shape());
    }
    return a;
  }

  /** A value of each row, or NaN if the row has one. */
  private static Tensor withNan(Tensor x, Tensor value, int axis, boolean keepDim) {
    return x.dtype().isFloat() ? x.isNan().any(axis, keepDim).where(Double.NaN, value) : value;
  }
}
