package dev.adjoint.graph;

import dev.adjoint.DType;

/** A scalar function of one argument. */
public enum UnaryOp {
  // Arithmetic.
  NEG(Domain.NUMBERS, 2),
  ABS(Domain.NUMBERS, 2),
  SIGN(Domain.NUMBERS, 6),
  SQUARE(Domain.NUMBERS, 2),
  SQRT(Domain.FLOATS, 2),
  RSQRT(Domain.FLOATS, 6),
  RECIPROCAL(Domain.FLOATS, 2),
  // Exponentials and logarithms.
  EXP(Domain.FLOATS, 20),
  EXP2(Domain.FLOATS, 20),
  EXPM1(Domain.FLOATS, 35),
  LOG(Domain.FLOATS, 35),
  LOG2(Domain.FLOATS, 35),
  LOG10(Domain.FLOATS, 35),
  LOG1P(Domain.FLOATS, 35),
  // Trigonometric and hyperbolic functions.
  SIN(Domain.FLOATS, 140),
  COS(Domain.FLOATS, 140),
  TAN(Domain.FLOATS, 140),
  ASIN(Domain.FLOATS, 60),
  ACOS(Domain.FLOATS, 60),
  ATAN(Domain.FLOATS, 35),
  SINH(Domain.FLOATS, 60),
  COSH(Domain.FLOATS, 60),
  TANH(Domain.FLOATS, 35),
  ASINH(Domain.FLOATS, 60),
  ACOSH(Domain.FLOATS, 60),
  ATANH(Domain.FLOATS, 60),
  // Rounding; ROUND is half to even.
  CEIL(Domain.FLOATS, 6),
  FLOOR(Domain.FLOATS, 6),
  ROUND(Domain.FLOATS, 6),
  TRUNC(Domain.FLOATS, 6),
  // Error functions, the logistic function, and activations; GELU_TANH is the approximation by a
  // hyperbolic tangent.
  ERF(Domain.FLOATS, 60),
  ERFC(Domain.FLOATS, 60),
  SIGMOID(Domain.FLOATS, 20),
  SILU(Domain.FLOATS, 35),
  MISH(Domain.FLOATS, 35),
  GELU(Domain.FLOATS, 60),
  GELU_TANH(Domain.FLOATS, 60),
  RELU(Domain.FLOATS, 2),
  // The logarithm of the gamma function and its derivative.
  LGAMMA(Domain.FLOATS, 400),
  DIGAMMA(Domain.FLOATS, 250),
  // Tests on floats, giving bool.
  IS_NAN(Domain.FLOATS, 2),
  IS_INF(Domain.FLOATS, 2),
  IS_FINITE(Domain.FLOATS, 2),
  // Logical not of a bool, bitwise not of an integer.
  NOT(Domain.NO_FLOATS, 2);

  /** The types that a function is defined for. */
  private enum Domain {
    FLOATS,
    /** All but bool. */
    NUMBERS,
    /** Integers and bool. */
    NO_FLOATS
  }

  private final Domain domain;
  private final int weight;

  UnaryOp(Domain domain, int weight) {
    this.domain = domain;
    this.weight = weight;
  }

  /** Whether the function is defined for a type. */
  public boolean takes(DType dtype) {
    return switch (domain) {
      case FLOATS -> dtype.isFloat();
      case NUMBERS -> dtype != DType.BOOL;
      case NO_FLOATS -> !dtype.isFloat();
    };
  }

  /** About how many instructions of a kernel the function takes; only a guide for how much to fuse. */
  public int weight() {
    return weight;
  }

  /** Whether the result is bool whatever the argument. */
  public boolean isTest() {
    return this == IS_NAN || this == IS_INF || this == IS_FINITE;
  }
}
