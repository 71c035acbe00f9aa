package dev.adjoint;

/** What {@link IndexingOps#get(Index...)} reads of one axis, or of several. */
public sealed interface Index {
  /** One position, which drops the axis; a negative one counts from the end. */
  record At(int position) implements Index {}

  /** A range with a step, by the rules of Python: negative bounds count from the end, bounds are clamped. */
  record Range(int start, int stop, int step) implements Index {}

  /** As many whole axes as the other indices leave over. */
  record Ellipsis() implements Index {}

  /** A new axis of size 1. */
  record NewAxis() implements Index {}

  /** The positions in an i32 or i64 tensor, or those where a mask (bool) of one or more axes is true. */
  record Positions(Tensor positions) implements Index {}

  /** One position, which drops the axis; a negative one counts from the end. */
  static Index at(int position) {
    return new At(position);
  }

  /** The whole axis. */
  static Index all() {
    return new Range(0, Integer.MAX_VALUE, 1);
  }

  /** The elements from one position on. */
  static Index from(int start) {
    return new Range(start, Integer.MAX_VALUE, 1);
  }

  /** The elements up to a position, exclusive. */
  static Index to(int stop) {
    return new Range(0, stop, 1);
  }

  /** The elements from a position to another, exclusive. */
  static Index range(int start, int stop) {
    return new Range(start, stop, 1);
  }

  /** The elements from a position to another, exclusive, with a step that may be negative. */
  static Index range(int start, int stop, int step) {
    return new Range(start, stop, step);
  }

  /** As many whole axes as the other indices leave over. */
  static Index ellipsis() {
    return new Ellipsis();
  }

  /** A new axis of size 1. */
  static Index newAxis() {
    return new NewAxis();
  }

  /** The positions in an i32 or i64 tensor, or those where a mask (bool) of one or more axes is true. */
  static Index of(Tensor positions) {
    return new Positions(positions);
  }

  /** The given positions; a negative one counts from the end. */
  static Index of(int... positions) {
    return new Positions(Tensors.of(positions));
  }
}
