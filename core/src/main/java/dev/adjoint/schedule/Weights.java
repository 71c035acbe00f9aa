package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;

/** About how many kernel instructions a scalar function takes; only a guide for how much to fuse. */
final class Weights {
  private Weights() {}

  static int of(UnaryOp f, DType dtype) {
    return rounding(dtype) + f.weight();
  }

  /** What it takes to round a value to a narrow type. */
  static int rounding(DType dtype) {
    return !dtype.isNarrow() ? 0 : dtype.isFloat() ? 10 : 1;
  }

  static int of(BinaryOp f, DType dtype) {
    return switch (f) {
      case ADD,
          SUB,
          MUL,
          DIV,
          MAXIMUM,
          MINIMUM,
          EQ,
          NE,
          LT,
          LE,
          GT,
          GE,
          AND,
          OR,
          XOR,
          SHIFT_LEFT,
          SHIFT_RIGHT ->
          1 + rounding(dtype);
      case FLOOR_DIV, REMAINDER, FMOD -> 12;
      case POW, ATAN2 -> 80;
    };
  }
}
