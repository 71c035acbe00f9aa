package dev.adjoint.graph;

/** A scalar function of one argument; every one is defined for the float types, the last group also or only for others. */
public enum UnaryOp {
  // Arithmetic. NEG, ABS, SIGN and SQUARE also work on integers.
  NEG,
  ABS,
  SIGN,
  SQUARE,
  SQRT,
  RSQRT,
  RECIPROCAL,
  // Exponentials and logarithms.
  EXP,
  EXP2,
  EXPM1,
  LOG,
  LOG2,
  LOG10,
  LOG1P,
  // Trigonometric and hyperbolic functions.
  SIN,
  COS,
  TAN,
  ASIN,
  ACOS,
  ATAN,
  SINH,
  COSH,
  TANH,
  ASINH,
  ACOSH,
  ATANH,
  // Rounding; ROUND is half to even.
  CEIL,
  FLOOR,
  ROUND,
  TRUNC,
  // Error functions, the logistic function, and activations; GELU_TANH is the approximation by a
  // hyperbolic tangent.
  ERF,
  ERFC,
  SIGMOID,
  SILU,
  MISH,
  GELU,
  GELU_TANH,
  RELU,
  // Tests on floats, giving bool.
  IS_NAN,
  IS_INF,
  IS_FINITE,
  // Logical not of a bool, bitwise not of an integer.
  NOT;

  /** Whether the result is bool whatever the argument. */
  public boolean isTest() {
    return this == IS_NAN || this == IS_INF || this == IS_FINITE;
  }
}
