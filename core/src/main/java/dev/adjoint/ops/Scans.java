package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.ValuesAndIndices;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ScanOp;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The running folds, in the types that the public ones have. */
public final class Scans {
  private Scans() {}

  public static Tensor cumsum(Tensor x, int axis) {
    return scan(ScanOp.SUM, x.dtype().isFloat() ? x : x.to(DType.I64), axis);
  }

  public static Tensor cumprod(Tensor x, int axis) {
    return scan(ScanOp.PROD, x.dtype().isFloat() ? x : x.to(DType.I64), axis);
  }

  public static Tensor logcumsumexp(Tensor x, int axis) {
    return scan(ScanOp.LOGSUMEXP, Operands.floating(x), axis);
  }

  public static ValuesAndIndices cummax(Tensor x, int axis) {
    return extreme(ScanOp.MAX, x, axis);
  }

  public static ValuesAndIndices cummin(Tensor x, int axis) {
    return extreme(ScanOp.MIN, x, axis);
  }

  /** A value is the extreme so far where it equals the running extreme, and the last such place is a running maximum. */
  private static ValuesAndIndices extreme(ScanOp f, Tensor x, int axis) {
    if (x.rank() == 0) {
      axis(f.method(), x, axis);
      return new ValuesAndIndices(x, new Tensor(Graph.constant(DType.I64, 0, x.device())));
    }
    int a = axis(f.method(), x, axis);
    boolean truth = x.dtype() == DType.BOOL;
    Tensor wide = truth ? x.to(DType.I32) : x;
    Tensor values = scan(f, wide, a);
    Tensor found = values.eq(wide);
    if (x.dtype().isFloat()) {
      found = found.logicalOr(x.isNan());
    }
    Tensor places = found.where(Sequences.indices(x.shape(), a, x.device()), 0);
    return new ValuesAndIndices(
        truth ? values.to(x.dtype()) : values, scan(ScanOp.MAX, places, a).to(DType.I64));
  }

  private static Tensor scan(ScanOp f, Tensor x, int axis) {
    int a = axis(f.method(), x, axis);
    return x.rank() == 0 ? x : new Tensor(Graph.scan(f, x.node(), a, false));
  }

  /** An axis from 0 on; a scalar has an imagined axis 0. */
  static int axis(String op, Tensor x, int axis) {
    return x.rank() == 0 && (axis == 0 || axis == -1) ? 0 : x.shape().axis(axis, op);
  }

  public static Tensor diff(
      Tensor x, int n, int axis, @Nullable Tensor prepend, @Nullable Tensor append) {
    int a = x.shape().axis(axis, "diff");
    if (n < 0) {
      throw OpError.of("diff", "the order must not be negative, it is " + n);
    }
    Tensor differences = n == 0 ? x : surrounded(x, a, prepend, append);
    for (int i = 0; i < n && differences.dim(a) > 0; i++) {
      int count = differences.dim(a) - 1;
      Tensor after = differences.narrow(a, 1, count);
      Tensor before = differences.narrow(a, 0, count);
      differences =
          differences.dtype() == DType.BOOL
              ? Operands.binary(BinaryOp.NE, after, before)
              : after.sub(before);
    }
    return differences;
  }

  private static Tensor surrounded(
      Tensor x, int axis, @Nullable Tensor prepend, @Nullable Tensor append) {
    List<Tensor> parts = Stream.of(prepend, x, append).filter(Objects::nonNull).toList();
    for (Tensor part : parts) {
      if (part.rank() != x.rank() || !part.shape().with(axis, 0).equals(x.shape().with(axis, 0))) {
        throw OpError.of(
            "diff",
            "what is put before or behind along axis "
                + axis
                + " does not fit: "
                + part.shape()
                + " and "
                + x.shape());
      }
    }
    return parts.size() == 1 ? x : Joins.cat("diff", parts, axis);
  }
}
