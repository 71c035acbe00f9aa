package dev.adjoint.graph;

import dev.adjoint.DType;
import org.jspecify.annotations.Nullable;

/**
 * What a node computes from its inputs.
 *
 * <p>Ops are plain data. Every switch over them is exhaustive without a default, so a new op does not compile until it
 * has a gradient, a rule for batches, a lowering and a reference meaning. Values that may differ between two runs of one
 * program, such as constants and random keys, are no part of an op; they are on the {@link Node}.
 */
public sealed interface Op {
  /** Data that is already in memory; no inputs. */
  record Source() implements Op {}

  /** One run-time scalar, which fills the node's shape; no inputs. */
  record Const() implements Op {}

  /** The numbers 0 to n-1, shape [n]; no inputs. */
  record Iota() implements Op {}

  /** Philox4x32-10 bits as i32, in row-major order of the node's shape; no inputs. */
  record Random() implements Op {}

  /** A scalar function of each element of one input. */
  record Unary(UnaryOp f) implements Op {}

  /** A scalar function of the elements of two inputs of equal shape and type. */
  record Binary(BinaryOp f) implements Op {}

  /** The elements of input 1 where input 0 (bool) is true, of input 2 elsewhere; all shapes equal. */
  record Where() implements Op {}

  /** {@code a * b + c} rounded once, of the elements of three inputs of equal shape and float type. */
  record Fma() implements Op {}

  /** Conversion of each element to the node's type. */
  record Cast() implements Op {}

  /** The bits of each element read as the node's type, which has the same width. */
  record Bitcast() implements Op {}

  /** A fold over axes (sorted), which keep size 1. */
  record Reduce(ReduceOp f, Axes axes) implements Op {}

  /** The same elements in row-major order under the node's shape. */
  record Reshape() implements Op {}

  /** Axes reordered: axis i of the result is axis {@code order.get(i)} of the input. */
  record Permute(Axes order) implements Op {}

  /** Axes of size 1 repeated up to the node's shape; rank is unchanged. */
  record Expand() implements Op {}

  /** Along axis i the elements start, start + step, ...; a step may be negative. Counts are the node's shape. */
  record Slice(Axes starts, Axes steps) implements Op {}

  /**
   * The input surrounded by input 1 (a scalar): along axis i its element n is at {@code before.get(i) + n * steps.get(i)}. What
   * is between and around its elements is input 1. Steps are positive.
   */
  record Pad(Axes before, Axes steps) implements Op {}

  /**
   * Windows of the input: axis {@code axes.get(j)} counts windows, which begin {@code steps.get(j)} elements apart, and one more
   * axis at the end for each j counts the elements of a window, which are {@code dilations.get(j)} apart. Counts are the node's
   * shape.
   */
  record Unfold(Axes axes, Axes steps, Axes dilations) implements Op {}

  /** All inputs one after the other along an axis. */
  record Concat(int axis) implements Op {}

  /**
   * Input 0 read at the positions of input 1 (i32 or i64) along an axis: {@code out[i][j] = x[index[i][j]][j]} for axis
   * 0. Both have one rank; the result has the shape of the index.
   */
  record Gather(int axis) implements Op {}

  /**
   * Input 0 with the elements of input 2 combined with those at the positions of input 1 along an axis, in row-major order:
   * {@code out[index[i][j]][j] += src[i][j]} for ADD and axis 0.
   */
  record Scatter(ScatterOp f, int axis) implements Op {}

  /**
   * At each element the fold of all elements along an axis up to it, itself included; of those from it on if
   * {@code reverse}. The order of folds is that of {@link dev.adjoint.kernel.Kernel.Scan}.
   */
  record Scan(ScanOp f, int axis, boolean reverse) implements Op {}

  /**
   * The positions (i32) along an axis in ascending or descending order of the elements. Equal elements keep their order; NaN is
   * above all numbers, and -0 equals 0. The result has the shape of the input, but may be shorter along the axis: then it has
   * the first positions only.
   */
  record ArgSort(int axis, boolean descending) implements Op {}

  /** The factors of the matrices [..., m, n] of the input, packed into one matrix each: see {@link Factorization}. */
  record Factorize(Factorization f) implements Op {}

  /**
   * The X of {@code A X = B} for triangular matrices A [..., n, n] (input 0) and B [..., n, k] (input 1). The other triangle of A
   * is not read; its diagonal is taken for ones if {@code unit}.
   */
  record SolveTriangular(boolean upper, boolean unit) implements Op {}

  /**
   * The attention of queries [..., l, e] (input 0) to keys [..., s, e] and values [..., s, v] with equal leading axes:
   * {@code softmax(scale * q k^T + mask) v}, where a row that sees nothing is 0. What else is given to {@link
   * AttentionPart#GRADIENTS} comes next; the last input may be a mask [..., l, s], bool or added.
   *
   * @param causal whether query i sees only the keys 0 to i
   */
  record Attention(AttentionPart part, boolean causal, double scale) implements Op {
    /** The number of inputs without a mask. */
    public int operands() {
      return part == AttentionPart.GRADIENTS ? 6 : 3;
    }
  }

  /**
   * Batched product of [..., m, k] and [..., k, n] with equal leading axes; {@link Node#precision} says how exact. That of i8 and
   * u8 is i32 and wraps around; only devices that have a unit for it take it.
   */
  record MatMul() implements Op {}

  /** Input 0, through which no gradient passes. */
  record Detach() implements Op {}

  /** Input 0, whose gradient is given by a rule for inputs 1 and on. */
  record Custom(CustomRule rule) implements Op {}

  /** Input 0 copied to the device of the node. */
  record Copy() implements Op {}

  /** How a kernel comes by the elements of a node. */
  enum Kind {
    /** From nothing: data in memory, a number, or a function of the position. */
    LEAF,
    /** A scalar function of the elements of its inputs at the same index. */
    SCALAR,
    /** The elements of input 0 in row-major order, whatever their shape. */
    ALIAS,
    /** Elements of input 0 at an index that is linear in its own. */
    VIEW,
    /** Elements of its inputs at an index that a condition or a value decides. */
    INDEXED,
    /** A fold of elements of input 0. */
    REDUCTION,
    /** By a kernel of its own kind, or a copy between devices. */
    OWN
  }

  /** How a kernel comes by the elements of a node with this op. */
  default Kind kind() {
    return switch (this) {
      case Source(), Const(), Iota(), Random() -> Kind.LEAF;
      case Unary(var _), Binary(var _), Where(), Fma(), Cast(), Bitcast() -> Kind.SCALAR;
      case Reshape(), Detach(), Custom(var _) -> Kind.ALIAS;
      case Permute(var _), Expand(), Slice(var _, var _), Unfold(var _, var _, var _) -> Kind.VIEW;
      case Pad(var _, var _), Concat(var _), Gather(var _) -> Kind.INDEXED;
      case Reduce(var _, var _) -> Kind.REDUCTION;
      case Scatter(var _, var _),
          Scan(var _, var _, var _),
          ArgSort(var _, var _),
          Factorize(var _),
          SolveTriangular(var _, var _),
          Attention(var _, var _, var _),
          MatMul(),
          Copy() ->
          Kind.OWN;
    };
  }

  /** The gradient of a value, where it is not that of the ops that the value is made of; compared by {@code equals}. */
  interface CustomRule {
    /** The name that graph pictures show. */
    String name();

    /**
     * The call that this is a value of, if one kernel computes all its values from inputs 1 and on, whatever they cost: functions
     * of their elements at the same index, or of the rows along their last axis. Null for other values.
     */
    default @Nullable Object call() {
      return null;
    }
  }

  /** The name of this op, as errors and graph pictures show it. */
  default String label(DType dtype) {
    return switch (this) {
      case Unary(var f) -> f.name().toLowerCase(java.util.Locale.ROOT);
      case Binary(var f) -> f.name().toLowerCase(java.util.Locale.ROOT);
      case Reduce(var f, var axes) -> f.name().toLowerCase(java.util.Locale.ROOT) + axes;
      case Scan(var f, var axis, var reverse) ->
          f.method() + "[" + axis + "]" + (reverse ? " reverse" : "");
      case Cast() -> "cast " + dtype;
      case Factorize(var f) -> f.name().toLowerCase(java.util.Locale.ROOT);
      case Custom(var rule) -> rule.name();
      case Source(),
          Const(),
          Iota(),
          Random(),
          Where(),
          Fma(),
          Bitcast(),
          Reshape(),
          Permute(var _),
          Expand(),
          Slice(var _, var _),
          Pad(var _, var _),
          Unfold(var _, var _, var _),
          Concat(var _),
          Gather(var _),
          Scatter(var _, var _),
          ArgSort(var _, var _),
          SolveTriangular(var _, var _),
          Attention(var _, var _, var _),
          MatMul(),
          Detach(),
          Copy() ->
          getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    };
  }
}
