package dev.adjoint.graph;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Checks of integers that number something, such as classes or the rows of a table: they must be from 0 on and below a size.
 *
 * <p>Numbers that are in memory, or are taken out of what is in memory, are checked at the call; a storage is read once. All
 * others are checked when they are computed.
 */
public final class RangeCheck {
  private RangeCheck() {}

  /** Whether all numbers are known to be from 0 on and below a size. */
  public static boolean passes(Node numbers, int size) {
    Known known = known(numbers);
    return known != null && known.range.isBelow(size);
  }

  /**
   * The same numbers, of which none is out of range.
   *
   * @param rule the message of the error, with {@code %d} for the number and then for the size
   * @throws IndexOutOfBoundsException if a number is known to be out of range; others throw it when they are computed
   */
  public static Node checked(String rule, Node numbers, int size) {
    if (passes(numbers, size)) {
      return numbers;
    }
    requireInRange(rule, numbers, size);
    Node index = numbers.dtype().isNarrow() ? Graph.cast(numbers, DType.I32) : numbers;
    Node flat = Graph.reshape(index, Shape.of(Math.toIntExact(numbers.shape().size())));
    // A lookup in a table of zeros has the check of a lookup, and leaves the numbers as they are.
    Node zeros =
        Graph.gather(
            Origin.ofCheck(rule),
            Graph.full(numbers.dtype(), 0, Shape.of(size), numbers.device()),
            flat,
            0);
    return Graph.binary(BinaryOp.ADD, numbers, Graph.reshape(zeros, numbers.shape()));
  }

  /**
   * A value, unless a number (i32) is above 0: then to compute it throws an {@link ArithmeticException}.
   *
   * @param rule the message of the error, with {@code %d} for the largest number
   */
  public static Node unless(String rule, Node numbers, Node x) {
    Node flat = Graph.reshape(numbers, Shape.of(Math.toIntExact(numbers.shape().size())));
    // As above: the only number that can be looked up is 0.
    Node zero = Graph.full(x.dtype(), 0, Shape.of(1), x.device());
    Node zeros = Graph.gather(Origin.ofFault(rule), zero, flat, 0);
    return Graph.binary(
        BinaryOp.ADD, x, Graph.broadcast(Graph.reshape(zeros, numbers.shape()), x.shape()));
  }

  /**
   * The rows of a matrix at positions.
   *
   * @param rule the message of the error, with {@code %d} for the number and then for the size
   * @param index positions (i32 or i64) of the shape of the result
   * @throws IndexOutOfBoundsException if a position is known to be out of range; others throw it when they are computed
   */
  public static Node rows(String rule, Node table, Node index) {
    requireInRange(rule, index, table.shape().dim(0));
    return Graph.gather(Origin.ofCheck(rule), table, index, 0);
  }

  /**
   * Requires that no number is known to be out of range, except one that is allowed besides. Of the numbers, the greatest is
   * looked at if it is too large, else the least.
   *
   * @throws IndexOutOfBoundsException if that one is known and another than the one that is allowed
   */
  public static void requireInRange(String rule, Node numbers, int size, long besides) {
    Long outside = knownOutside(numbers, size);
    if (outside != null && outside != besides) {
      throw OpError.outOfRange(rule, outside, size, OpError.inModule());
    }
  }

  private static void requireInRange(String rule, Node numbers, int size) {
    Long outside = knownOutside(numbers, size);
    if (outside != null) {
      throw OpError.outOfRange(rule, outside, size, OpError.inModule());
    }
  }

  private static @Nullable Long knownOutside(Node numbers, int size) {
    Known known = known(numbers);
    return known == null || !known.whole || known.range.isBelow(size)
        ? null
        : known.range.outside(size);
  }

  /**
   * What a computed value tells about numbers.
   *
   * @param range the range of the value
   * @param whole whether all of its elements are among the numbers
   */
  private record Known(IntRange range, boolean whole) {}

  private static @Nullable Known known(Node numbers) {
    if (numbers.shape().size() == 0) {
      return new Known(IntRange.EMPTY, true);
    }
    Node node = numbers;
    boolean whole = true;
    while (true) {
      switch (node.op()) {
        case Op.Reshape(), Op.Permute(var _), Op.Expand(), Op.Detach(), Op.Copy() -> {}
        case Op.Slice(var _, var _), Op.Unfold(var _, var _, var _), Op.Gather(var _) ->
            whole = false;
        case Op.Cast() -> {
          if (!node.dtype().isInteger() || !node.input(0).dtype().isInteger()) {
            return null;
          }
          // A number that does not fit changes, perhaps into one that is in range.
          whole &= node.input(0).dtype().bytes() <= node.dtype().bytes();
        }
        case Op.Source(),
            Op.Const(),
            Op.Iota(),
            Op.Random(),
            Op.Unary(var _),
            Op.Binary(var _),
            Op.Where(),
            Op.Fma(),
            Op.Bitcast(),
            Op.Reduce(var _, var _),
            Op.Pad(var _, var _),
            Op.Concat(var _),
            Op.Scatter(var _, var _),
            Op.Scan(var _, var _, var _),
            Op.ArgSort(var _, var _),
            Op.Factorize(var _),
            Op.SolveTriangular(var _, var _),
            Op.Attention(var _, var _, var _),
            Op.MatMul(),
            Op.Custom(var _) -> {
          IntRange range = Evaluation.engine().range(node);
          return range == null ? null : new Known(range, whole);
        }
      }
      node = node.input(0);
    }
  }
}
