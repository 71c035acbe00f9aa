package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.ValuesAndIndices;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;
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

  public static Tensor quantile(
      Tensor x, double q, int axis, boolean keepDim, String interpolation) {
    Tensor values = Operands.floating(x);
    int a = checked("quantile", values, axis);
    requireShare("quantile", q);
    requireInterpolation("quantile", interpolation);
    if (x.rank() == 0) {
      return values;
    }
    double rank = q * (values.dim(a) - 1);
    int low = (int) below(interpolation, rank);
    int high = (int) above(interpolation, rank);
    Tensor sorted = Sorting.first(values, a, false, high + 1).values();
    Tensor value = sorted.narrow(a, low, 1);
    if (low < high) {
      double weight = interpolation.equals("midpoint") ? 0.5 : rank - low;
      value = value.lerp(sorted.narrow(a, high, 1), weight);
    }
    return withNan(values, keepDim ? value : value.squeeze(a), a, keepDim);
  }

  public static Tensor quantile(
      Tensor x, Tensor q, int axis, boolean keepDim, String interpolation) {
    return ofShares("quantile", x, q, axis, keepDim, interpolation, false);
  }

  public static Tensor nanquantile(
      Tensor x, double q, int axis, boolean keepDim, String interpolation) {
    requireShare("nanquantile", q);
    DType dtype = Operands.floating(x).dtype();
    // A share in f16 would say less exactly which element is meant.
    Tensor share = Tensors.full(Shape.SCALAR, q, dtype.register(), x.device());
    return ofRanks("nanquantile", x, share, axis, keepDim, interpolation, true);
  }

  public static Tensor nanquantile(
      Tensor x, Tensor q, int axis, boolean keepDim, String interpolation) {
    return ofShares("nanquantile", x, q, axis, keepDim, interpolation, true);
  }

  private static Tensor ofShares(
      String op,
      Tensor x,
      Tensor q,
      int axis,
      boolean keepDim,
      String interpolation,
      boolean numbers) {
    DType dtype = Operands.floating(x).dtype();
    if (q.rank() > 1 || q.dtype() != dtype) {
      throw OpError.of(
          op, "q must be a scalar or a vector of " + dtype + ", not " + q.dtype() + q.shape());
    }
    Graph.sameDevice(op, x.node(), q.node());
    Tensor fault = q.ge(0).logicalAnd(q.le(1)).logicalNot().to(DType.I32);
    String rule = op + ": q has an element that is not from 0 to 1";
    Tensor shares = new Tensor(RangeCheck.unless(rule, fault.node(), q.node()));
    return ofRanks(op, x, shares.to(dtype.register()), axis, keepDim, interpolation, numbers);
  }

  /** Quantiles of the elements along an axis, or of those that are numbers. */
  private static Tensor ofRanks(
      String op,
      Tensor x,
      Tensor q,
      int axis,
      boolean keepDim,
      String interpolation,
      boolean numbers) {
    int a = checked(op, x, axis);
    requireInterpolation(op, interpolation);
    Tensor floats = Operands.floating(x);
    Tensor values = x.rank() == 0 ? floats.reshape(1) : floats.movedim(a, -1);
    Tensor nan = values.isNan();
    int n = values.dim(-1);
    Tensor last =
        numbers
            ? nan.logicalNot().sum(-1, true).sub(1).clampMin(0).to(q.dtype())
            : new Tensor(Graph.full(q.dtype(), q.dtype().bits(n - 1), one(values), x.device()));
    Tensor found = between(values.sort().values(), last.mul(q), interpolation);
    Tensor result = numbers ? found : nan.any(-1, true).where(Double.NaN, found);
    boolean kept = keepDim && x.rank() > 0;
    if (q.rank() == 0) {
      Tensor dropped = result.squeeze(-1);
      return kept ? dropped.unsqueeze(a) : dropped;
    }
    Tensor first = result.movedim(-1, 0);
    return kept ? first.unsqueeze(a + 1) : first;
  }

  private static Shape one(Tensor values) {
    return values.shape().with(values.rank() - 1, 1);
  }

  /** What is at ranks of a sorted last axis. */
  private static Tensor between(Tensor sorted, Tensor ranks, String interpolation) {
    Tensor low = below(interpolation, ranks);
    Tensor value = sorted.gather(-1, low.to(DType.I32));
    if (!interpolation.equals("linear") && !interpolation.equals("midpoint")) {
      return value;
    }
    Tensor high = ranks.ceil();
    Tensor after = sorted.gather(-1, high.to(DType.I32));
    Tensor weight =
        interpolation.equals("midpoint") ? Tensors.fullLike(ranks, 0.5) : ranks.sub(low);
    // An infinite element is not on a line with itself.
    return low.eq(high).where(value, value.lerp(after, weight.to(sorted.dtype())));
  }

  private static double below(String interpolation, double rank) {
    return switch (interpolation) {
      case "higher" -> Math.ceil(rank);
      case "nearest" -> Math.rint(rank);
      default -> Math.floor(rank);
    };
  }

  private static double above(String interpolation, double rank) {
    return switch (interpolation) {
      case "lower" -> Math.floor(rank);
      case "nearest" -> Math.rint(rank);
      default -> Math.ceil(rank);
    };
  }

  private static Tensor below(String interpolation, Tensor ranks) {
    return switch (interpolation) {
      case "higher" -> ranks.ceil();
      case "nearest" -> ranks.round();
      default -> ranks.floor();
    };
  }

  private static void requireShare(String op, double q) {
    if (!(q >= 0 && q <= 1)) {
      throw OpError.of(op, "q is " + q + ", it must be from 0 to 1");
    }
  }

  private static void requireInterpolation(String op, String interpolation) {
    switch (interpolation) {
      case "linear", "lower", "higher", "nearest", "midpoint" -> {}
      default ->
          throw OpError.of(
              op,
              "interpolation is '"
                  + interpolation
                  + "', it must be linear, lower, higher, nearest or midpoint");
    }
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
