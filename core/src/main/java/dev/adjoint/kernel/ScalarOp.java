package dev.adjoint.kernel;

import dev.adjoint.graph.ReduceOp;

/**
 * The scalar instructions that every device has, with the same bits everywhere.
 *
 * <p>They are the IEEE 754 operations and two's complement integer operations; every other function is {@linkplain
 * ScalarMath expanded} into them. No device may contract a multiplication and an addition unless {@link #FMA} asks for it.
 */
public enum ScalarOp {
  /** Sign change; floats and integers. */
  NEG(1),
  /** Absolute value; floats clear the sign bit. */
  ABS(1),
  /** Correctly rounded square root of a float. */
  SQRT(1),
  /** Logical not of a bool, bitwise not of an integer. */
  NOT(1),
  ADD(2),
  SUB(2),
  MUL(2),
  /** The high 32 bits of the unsigned product of two I32 values. */
  MULHI(2),
  /** Correctly rounded float division; integer division truncates and gives 0 for a zero divisor. */
  DIV(2),
  /** Integer remainder with the sign of the dividend, 0 for a zero divisor; exact {@code fmod} of floats. */
  REM(2),
  /** The smaller value; NaN if either is, and -0 is smaller than +0. */
  MIN(2),
  /** The larger value; NaN if either is, and -0 is smaller than +0. */
  MAX(2),
  /** On bool and integers. */
  AND(2),
  /** On bool and integers. */
  OR(2),
  /** On bool and integers. */
  XOR(2),
  /** Left shift of an integer by the low bits of another. */
  SHL(2),
  /** Arithmetic right shift. */
  SHR(2),
  /** Logical right shift. */
  USHR(2),
  EQ(2),
  NE(2),
  LT(2),
  LE(2),
  GT(2),
  GE(2),
  /** {@code a * b + c} rounded once; floats only. */
  FMA(3),
  /** {@code a ? b : c} for a bool a. */
  SELECT(3),
  /** The same for a condition that is nearly always true: a device may skip what only c needs where no lane asks for c. */
  SELECT_LIKELY(3),
  /** Conversion to the instruction's type: float to integer truncates and saturates, NaN gives 0; to bool is {@code != 0}. */
  CAST(1),
  /** The same bits as the instruction's type, which has the same width. */
  BITCAST(1),
  /** The F32 that the low 16 bits of an I32 are as f16; the payload of a NaN stays, made quiet. */
  WIDEN(1),
  /** The bits of the f16 nearest to an F32, of two the even one, as an I32 with zeros above; NaN is always the same one. */
  NARROW(1);

  private final int arity;

  ScalarOp(int arity) {
    this.arity = arity;
  }

  /** The operation that folds two values. */
  public static ScalarOp of(ReduceOp op) {
    return switch (op) {
      case SUM -> ADD;
      case PROD -> MUL;
      case MAX -> MAX;
      case MIN -> MIN;
    };
  }

  /** The number of arguments. */
  public int arity() {
    return arity;
  }

  /** Whether the result is one of the second and third argument. */
  public boolean isSelect() {
    return this == SELECT || this == SELECT_LIKELY;
  }

  /** Whether the result is bool. */
  public boolean isComparison() {
    return ordinal() >= EQ.ordinal() && ordinal() <= GE.ordinal();
  }
}
