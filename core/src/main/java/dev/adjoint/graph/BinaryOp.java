package dev.adjoint.graph;

/** A scalar function of two arguments of one type. */
public enum BinaryOp {
  // Arithmetic. DIV is true division of floats; FLOOR_DIV and REMAINDER follow Python, FMOD follows
  // C.
  ADD,
  SUB,
  MUL,
  DIV,
  FLOOR_DIV,
  REMAINDER,
  FMOD,
  // MAXIMUM and MINIMUM propagate NaN.
  MAXIMUM,
  MINIMUM,
  // Floats only.
  POW,
  ATAN2,
  // Comparisons, giving bool.
  EQ,
  NE,
  LT,
  LE,
  GT,
  GE,
  // Logical on bool, bitwise on integers; the shifts are on integers only, SHIFT_RIGHT keeps the
  // sign.
  AND,
  OR,
  XOR,
  SHIFT_LEFT,
  SHIFT_RIGHT;

  /** Whether the result is bool whatever the arguments. */
  public boolean isComparison() {
    return switch (this) {
      case EQ, NE, LT, LE, GT, GE -> true;
      case ADD,
          SUB,
          MUL,
          DIV,
          FLOOR_DIV,
          REMAINDER,
          FMOD,
          MAXIMUM,
          MINIMUM,
          POW,
          ATAN2,
          AND,
          OR,
          XOR,
          SHIFT_LEFT,
          SHIFT_RIGHT ->
          false;
    };
  }
}
