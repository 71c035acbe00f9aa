package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ReduceOp;
import org.jspecify.annotations.Nullable;

/**
 * The largest values of windows, and their positions.
 *
 * @param values the elements of the windows
 * @param positions where each of them is found (i32), broadcast
 * @param inside which of them are no padding, broadcast; null if all are
 * @param axes the axes that count the elements of a window
 */
record Extremes(Tensor values, Tensor positions, @Nullable Tensor inside, int[] axes) {
  /** The least value of a type, as a scalar. */
  static Node least(String op, Tensor x) {
    DType dtype = x.dtype();
    if (dtype == DType.BOOL) {
      throw OpError.of(op, "not defined for bool: call .to(...)");
    }
    long bits = dtype.isFloat() ? dtype.bits(Double.NEGATIVE_INFINITY) : dtype.leastBits();
    return Graph.constant(dtype, bits, x.device());
  }

  /** The largest value of each window; NaN if there is one. */
  Tensor largest() {
    return Reductions.extreme(ReduceOp.MAX, values, axes, false);
  }

  /** The position (i32) of the first largest value of each window, or of the last NaN. */
  Tensor positionOfLargest() {
    Tensor hit = values.eq(Reductions.extreme(ReduceOp.MAX, values, axes, true));
    if (inside != null) {
      hit = hit.logicalAnd(inside);
    }
    Tensor key = hit.where(positions, Integer.MAX_VALUE);
    if (!values.dtype().isFloat()) {
      return Reductions.reduce(ReduceOp.MIN, key, axes, false);
    }
    // Below all others, the last one least.
    key = values.isNan().where(positions.rsub(-1), key);
    Tensor least = Reductions.reduce(ReduceOp.MIN, key, axes, false);
    return least.lt(0).where(least.rsub(-1), least);
  }
}
