package dev.adjoint.reference;

import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.UnaryOp;

/**
 * What the scalar functions of the graph mean: on doubles for the float types, on longs for the integer types and bool.
 */
public final class ScalarFunctions {
  private ScalarFunctions() {}

  /** A function of a float; those that give bool give 0 or 1. */
  public static double unary(UnaryOp f, double x) {
    return switch (f) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> Math.exp(x);
      case EXP2 -> SpecialFunctions.exp2(x);
      case EXPM1 -> Math.expm1(x);
      case LOG -> Math.log(x);
      case LOG2 -> SpecialFunctions.log2(x);
      case LOG10 -> Math.log10(x);
      case LOG1P -> Math.log1p(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TAN -> Math.tan(x);
      case ASIN -> Math.asin(x);
      case ACOS -> Math.acos(x);
      case ATAN -> Math.atan(x);
      case SINH -> Math.sinh(x);
      case COSH -> Math.cosh(x);
      case TANH -> Math.tanh(x);
      case ASINH -> SpecialFunctions.asinh(x);
      case ACOSH -> SpecialFunctions.acosh(x);
      case ATANH -> SpecialFunctions.atanh(x);
      case CEIL -> Math.ceil(x);
      case FLOOR -> Math.floor(x);
      case ROUND -> Math.rint(x);
      case TRUNC -> x < 0 ? Math.ceil(x) : Math.floor(x);
      case ERF -> SpecialFunctions.erf(x);
      case ERFC -> SpecialFunctions.erfc(x);
      case SIGMOID -> SpecialFunctions.sigmoid(x);
      case SILU -> SpecialFunctions.silu(x);
      case MISH -> SpecialFunctions.mish(x);
      case GELU -> SpecialFunctions.gelu(x);
      case GELU_TANH -> SpecialFunctions.geluTanh(x);
      case LGAMMA -> GammaFunctions.lgamma(x);
      case DIGAMMA -> GammaFunctions.digamma(x);
      case RELU -> x <= 0 ? 0 : x;
      case IS_NAN -> truth(Double.isNaN(x));
      case IS_INF -> truth(Double.isInfinite(x));
      case IS_FINITE -> truth(Double.isFinite(x));
      case NOT -> throw undefined(f, "floats");
    };
  }

  /** A function of an integer, before it wraps. */
  public static long unary(UnaryOp f, long x, boolean bool) {
    return switch (f) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Long.signum(x);
      case SQUARE -> x * x;
      case NOT -> bool ? 1 - x : ~x;
      case SQRT,
          RSQRT,
          RECIPROCAL,
          EXP,
          EXP2,
          EXPM1,
          LOG,
          LOG2,
          LOG10,
          LOG1P,
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
          CEIL,
          FLOOR,
          ROUND,
          TRUNC,
          ERF,
          ERFC,
          SIGMOID,
          SILU,
          MISH,
          GELU,
          GELU_TANH,
          LGAMMA,
          DIGAMMA,
          RELU,
          IS_NAN,
          IS_INF,
          IS_FINITE ->
          throw undefined(f, "integers");
    };
  }

  /** A function of two floats; comparisons give 0 or 1. */
  public static double binary(BinaryOp f, double x, double y) {
    return switch (f) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case FLOOR_DIV -> floorDiv(x, y);
      case REMAINDER -> remainder(x, y);
      case FMOD -> x % y;
      case MAXIMUM -> Math.max(x, y);
      case MINIMUM -> Math.min(x, y);
      case POW -> pow(x, y);
      case ATAN2 -> Math.atan2(x, y);
      case EQ -> truth(x == y);
      case NE -> truth(x != y);
      case LT -> truth(x < y);
      case LE -> truth(x <= y);
      case GT -> truth(x > y);
      case GE -> truth(x >= y);
      case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT -> throw undefined(f, "floats");
    };
  }

  /** A function of two integers of a width in bits, before the result wraps. */
  public static long binary(BinaryOp f, long x, long y, int width) {
    return switch (f) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case FLOOR_DIV -> y == 0 ? 0 : Math.floorDiv(x, y);
      case REMAINDER -> y == 0 ? 0 : Math.floorMod(x, y);
      case FMOD -> y == 0 ? 0 : x % y;
      case MAXIMUM -> Math.max(x, y);
      case MINIMUM -> Math.min(x, y);
      case EQ -> x == y ? 1 : 0;
      case NE -> x != y ? 1 : 0;
      case LT -> x < y ? 1 : 0;
      case LE -> x <= y ? 1 : 0;
      case GT -> x > y ? 1 : 0;
      case GE -> x >= y ? 1 : 0;
      case AND -> x & y;
      case OR -> x | y;
      case XOR -> x ^ y;
      case SHIFT_LEFT -> x << (y & width - 1);
      case SHIFT_RIGHT -> x >> (y & width - 1);
      case DIV, POW, ATAN2 -> throw undefined(f, "integers");
    };
  }

  /** One step of a fold of floats. */
  static double fold(ReduceOp f, double sum, double x) {
    return switch (f) {
      case SUM -> sum + x;
      case PROD -> sum * x;
      case MAX -> Math.max(sum, x);
      case MIN -> Math.min(sum, x);
    };
  }

  /** One step of a fold of integers, before it wraps. */
  static long fold(ReduceOp f, long sum, long x) {
    return switch (f) {
      case SUM -> sum + x;
      case PROD -> sum * x;
      case MAX -> Math.max(sum, x);
      case MIN -> Math.min(sum, x);
    };
  }

  /** Python's {@code x // y}: the largest whole number not above the quotient; {@code x / y} if y is 0. */
  private static double floorDiv(double x, double y) {
    if (y == 0) {
      return x / y;
    }
    double r = x % y;
    double q = Math.rint((x - r) / y);
    if (r != 0 && (r < 0) != (y < 0)) {
      q--;
    }
    return q == 0 ? Math.copySign(q, x / y) : q;
  }

  /** Python's {@code x % y}: the remainder of {@link #floorDiv}, with the sign of y. */
  private static double remainder(double x, double y) {
    double r = x % y;
    if (r == 0) {
      return Math.copySign(r, y);
    }
    return (r < 0) != (y < 0) ? r + y : r;
  }

  /** IEEE 754 pow; unlike {@link StrictMath#pow}, 1 to any power is 1, and -1 to an infinite one is too. */
  private static double pow(double x, double y) {
    return x == 1 || (x == -1 && Double.isInfinite(y)) ? 1 : StrictMath.pow(x, y);
  }

  private static double truth(boolean b) {
    return b ? 1 : 0;
  }

  private static IllegalArgumentException undefined(Enum<?> f, String type) {
    return new IllegalArgumentException("reference: " + f + " is not defined on " + type);
  }
}
