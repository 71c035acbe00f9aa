package dev.adjoint.ops;

import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;

/** Elements of given ranks in ascending order. */
public final class Quantiles {
  private Quantiles() {}

  public static Tensor median(Tensor x, int axis, boolean keepDim) {
    int a = checked("median", x, axis);
    if (x.rank() == 0) {
      return x;
    }
    Tensor value = x.kthvalue((x.dim(a) + 1) / 2, a, keepDim).values();
    return withNan(x, value, a, keepDim);
  }

  public static Tensor nanmedian(Tensor x, int axis, boolean keepDim) {
    if (!x.dtype().isFloat()) {
      return median(x, axis, keepDim);
    }
    int a = checked("nanmedian", x, axis);
    if (x.rank() == 0) {
      return x;
    }
    Tensor positions = new Tensor(Graph.argSort(x.node(), a, false, x.dim(a)));
    Tensor numbers = x.isNan().logicalNot().sum(a, true);
    Tensor rank = numbers.sub(1).clampMin(0).floorDiv(2);
    Tensor value = x.gather(a, positions.gather(a, rank));
    return keepDim ? value : value.squeeze(a);
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
