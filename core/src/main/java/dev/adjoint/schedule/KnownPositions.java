package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.IntRange;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Storage;
import org.jspecify.annotations.Nullable;

/**
 * What the host knows about positions without asking a device: data that were uploaded have a known range, and so has much of
 * what is computed from them, by interval arithmetic. Nobody need wait to hear that such positions are in range.
 */
final class KnownPositions {
  /** How many nodes are looked at for a look-up: a range that needs more is not known. */
  private static final int MOST = 64;

  private int left = MOST;

  private KnownPositions() {}

  /** Whether all look-ups that a walk computes are known to be at positions in range. */
  static boolean areInRange(Walk walk) {
    for (int i = 0; i < walk.size(); i++) {
      Node node = walk.nodes[i];
      if (walk.op(i) instanceof Op.Gather(int axis) && !isInRange(node, axis)) {
        return false;
      }
      if (walk.op(i) instanceof Op.Scatter(var _, int axis) && !isInRange(node, axis)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isInRange(Node lookup, int axis) {
    IntRange range = new KnownPositions().of(lookup.input(1));
    return range != null && range.isBelow(lookup.input(0).shape().dim(axis));
  }

  /** A range that has all elements of a node; null if none is known. */
  private @Nullable IntRange of(Node node) {
    if (node.shape().size() == 0) {
      return IntRange.EMPTY;
    }
    Storage storage = node.storage();
    IntRange known = storage == null || storage.ofVariable() ? null : storage.range();
    if (known != null) {
      return known;
    }
    DType dtype = node.dtype();
    if (left == 0 || (dtype != DType.I32 && dtype != DType.I64)) {
      return null;
    }
    left--;
    return switch (node.op()) {
      case Op.Const() -> {
        long value = dtype == DType.I64 ? node.scalars()[0] : (int) node.scalars()[0];
        yield new IntRange(value, value);
      }
      case Op.Iota() -> new IntRange(0, node.shape().size() - 1);
      case Op.ArgSort(int axis, var _) -> new IntRange(0, node.input(0).shape().dim(axis) - 1L);
      case Op.Reshape(),
          Op.Permute(var _),
          Op.Expand(),
          Op.Detach(),
          Op.Copy(),
          Op.Slice(var _, var _),
          Op.Unfold(var _, var _, var _),
          Op.Gather(var _) ->
          of(node.input(0));
      case Op.Cast() ->
          node.input(0).dtype().isInteger() ? fitting(of(node.input(0)), dtype) : null;
      case Op.Binary(BinaryOp f) -> fitting(combined(f, node), dtype);
      case Op.Where() ->
          isNeverNegative(node.input(0))
              ? of(node.input(2))
              : union(of(node.input(1)), of(node.input(2)));
      case Op.Concat(var _) -> {
        IntRange all = IntRange.EMPTY;
        for (Node part : node.inputs()) {
          all = union(all, of(part));
        }
        yield all;
      }
      case Op.Source(),
          Op.Random(),
          Op.Unary(var _),
          Op.Fma(),
          Op.Bitcast(),
          Op.Reduce(var _, var _),
          Op.Pad(var _, var _),
          Op.Scatter(var _, var _),
          Op.Scan(var _, var _, var _),
          Op.Factorize(var _),
          Op.SolveTriangular(var _, var _),
          Op.Attention(var _, var _, var _),
          Op.MatMul(),
          Op.Custom(var _) ->
          null;
    };
  }

  /** Whether a condition is that a number is below 0, as where positions count from the end, and none is. */
  private boolean isNeverNegative(Node condition) {
    if (!(condition.op() instanceof Op.Binary(BinaryOp f)) || f != BinaryOp.LT) {
      return false;
    }
    IntRange numbers = of(condition.input(0));
    IntRange limit = numbers == null || numbers.least() < 0 ? null : of(condition.input(1));
    return limit != null && limit.greatest() <= 0;
  }

  private @Nullable IntRange combined(BinaryOp f, Node node) {
    boolean sum = f == BinaryOp.ADD;
    if (!sum && f != BinaryOp.SUB && f != BinaryOp.MUL) {
      return null;
    }
    IntRange a = of(node.input(0));
    IntRange b = a == null ? null : of(node.input(1));
    if (a == null || b == null) {
      return null;
    }
    // The ends are of at most 32 bits, so that nothing here wraps.
    if (fitting(a, DType.I32) == null || fitting(b, DType.I32) == null) {
      return null;
    }
    if (sum) {
      return new IntRange(a.least() + b.least(), a.greatest() + b.greatest());
    }
    if (f == BinaryOp.SUB) {
      return new IntRange(a.least() - b.greatest(), a.greatest() - b.least());
    }
    long[] ends = {
      a.least() * b.least(),
      a.least() * b.greatest(),
      a.greatest() * b.least(),
      a.greatest() * b.greatest()
    };
    long least = Math.min(Math.min(ends[0], ends[1]), Math.min(ends[2], ends[3]));
    long greatest = Math.max(Math.max(ends[0], ends[1]), Math.max(ends[2], ends[3]));
    return new IntRange(least, greatest);
  }

  /** A range if all of it fits a type, in which nothing wraps then. */
  private static @Nullable IntRange fitting(@Nullable IntRange range, DType dtype) {
    boolean fits =
        range != null
            && (dtype == DType.I64
                || (range.least() >= Integer.MIN_VALUE && range.greatest() <= Integer.MAX_VALUE));
    return fits ? range : null;
  }

  private static @Nullable IntRange union(@Nullable IntRange a, @Nullable IntRange b) {
    return a == null || b == null
        ? null
        : new IntRange(Math.min(a.least(), b.least()), Math.max(a.greatest(), b.greatest()));
  }
}
