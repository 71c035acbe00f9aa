package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;

/**
 * Writes the scalar functions of the graph as {@linkplain ScalarOp scalar instructions}, so that every device gives the
 * same bits. F32 functions use no F64 value.
 *
 * <p>Values of narrow types are computed in their {@linkplain DType#register register type} and rounded after each function, so
 * that it does not matter which of them are stored.
 *
 * <p>The largest errors in units in the last place, for F32 and F64; 0.5 is correct rounding:
 *
 * <table>
 * <caption>Errors</caption>
 * <tr><td>+ - * /, fma, sqrt, reciprocal, square, rounding, remainders<td>0.5
 * <tr><td>exp, exp2, log, log2, log10, pow<td>1
 * <tr><td>acos, cosh, expm1, log1p, rsqrt<td>1.5 (expm1 in F64: 1.75)
 * <tr><td>all others, atan2 (erfc, gelu and gelu by a tangent in F64: 2.5)<td>2
 * <tr><td>digamma of positive numbers, lgamma<td>4
 * </table>
 *
 * <p>Floor division is exact as long as the
 * quotient is below 2^24 or 2^53. Subnormal numbers, infinities, NaN and the sign of zero are as in IEEE 754.
 */
public final class ScalarMath {
  private ScalarMath() {}

  /**
   * Adds a function of one value; returns the index of the result.
   *
   * @param dtype the graph type of the argument
   * @throws IllegalArgumentException if the function is not defined for the type
   */
  public static int unary(BodyBuilder body, UnaryOp f, int x, DType dtype) {
    if (dtype == DType.BOOL) {
      if (f != UnaryOp.NOT) {
        throw IntegerMath.undefined(f, dtype);
      }
      return body.apply(ScalarOp.NOT, x);
    }
    int result =
        dtype.isFloat()
            ? unary(body, new FloatCode(body, dtype.register()), f, x)
            : IntegerMath.unary(body, f, x);
    return f.isTest() || (dtype.isFloat() && isExact(f)) ? result : round(body, result, dtype);
  }

  /**
   * Adds a function of two values; returns the index of the result.
   *
   * @param dtype the graph type of the arguments
   * @throws IllegalArgumentException if the function is not defined for the type
   */
  public static int binary(BodyBuilder body, BinaryOp f, int x, int y, DType dtype) {
    if (dtype == DType.BOOL) {
      return IntegerMath.bool(body, f, x, y);
    }
    DType register = dtype.register();
    int result =
        dtype.isFloat()
            ? binary(body, new FloatCode(body, register), f, x, y, register)
            : IntegerMath.binary(body, f, x, y);
    boolean exact = f == BinaryOp.MAXIMUM || f == BinaryOp.MINIMUM;
    return f.isComparison() || exact ? result : round(body, result, dtype);
  }

  /** Adds {@code x * y + z} of floats; returns the index of the result. */
  public static int fma(BodyBuilder body, int x, int y, int z, DType dtype) {
    return round(body, body.fma(x, y, z), dtype);
  }

  /** Adds the rounding of a value of the {@linkplain DType#register register type} to its graph type; returns the index. */
  public static int round(BodyBuilder body, int x, DType dtype) {
    return NarrowMath.round(body, x, dtype);
  }

  /** Adds a load of the element at the current index; returns the index of its value. */
  public static int load(BodyBuilder body, int access, DType dtype) {
    return load(body, access, -1, -1, dtype);
  }

  /** Adds a load as in {@link BodyBuilder#load}; returns the index of its value. */
  public static int load(BodyBuilder body, int access, int at, int condition, DType dtype) {
    int element = body.load(access, at, condition, dtype.element());
    return NarrowMath.unpack(body, element, dtype);
  }

  /** Adds what turns a value into the element that a store takes; returns the index of the element. */
  public static int element(BodyBuilder body, int x, DType dtype) {
    return NarrowMath.pack(body, x, dtype);
  }

  /** Adds a view of the bits of a value as another graph type of the same width; returns the index of the result. */
  public static int bitcast(BodyBuilder body, int x, DType from, DType to) {
    if (!to.isNarrow()) {
      return body.bitcast(x, to);
    }
    int mask = body.literalBits(DType.I32, (1 << (Byte.SIZE * to.bytes())) - 1);
    int bits = body.apply(ScalarOp.AND, NarrowMath.pack(body, x, from), mask);
    return NarrowMath.unpack(body, bits, to);
  }

  /** Whether a function of floats of a type has values of that type, which need no rounding. */
  private static boolean isExact(UnaryOp f) {
    return switch (f) {
      case NEG, ABS, SIGN, CEIL, FLOOR, ROUND, TRUNC, RELU -> true;
      case SQUARE,
          SQRT,
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
          ERF,
          ERFC,
          SIGMOID,
          SILU,
          MISH,
          GELU,
          GELU_TANH,
          LGAMMA,
          DIGAMMA,
          IS_NAN,
          IS_INF,
          IS_FINITE,
          NOT ->
          false;
    };
  }

  /** Adds a conversion from one graph type to another; returns the index of the result. */
  public static int cast(BodyBuilder body, int x, DType from, DType to) {
    if (from == to) {
      return x;
    }
    if (to == DType.BOOL) {
      return body.apply(ScalarOp.NE, x, body.literal(from.register(), 0));
    }
    return from == DType.BOOL
        ? ofBool(body, x, to.register())
        : round(body, body.cast(x, to.register()), to);
  }

  private static int ofBool(BodyBuilder body, int x, DType to) {
    return body.select(x, body.literal(to, 1), body.literal(to, 0));
  }

  private static int unary(BodyBuilder body, FloatCode c, UnaryOp f, int x) {
    return switch (f) {
      case NEG -> c.neg(x);
      case ABS -> c.abs(x);
      case SIGN ->
          c.select(
              c.test(ScalarOp.GT, c.abs(x), c.number(0)), c.signed(c.number(1), c.signBit(x)), x);
      case SQUARE -> c.mul(x, x);
      case SQRT -> c.sqrt(x);
      case RSQRT -> c.div(c.number(1), c.sqrt(x));
      case RECIPROCAL -> c.div(c.number(1), x);
      case EXP -> ExpMath.exp(c, x);
      case EXP2 -> ExpMath.exp2(c, x);
      case EXPM1 -> ExpMath.expm1(c, x);
      case LOG -> LogMath.log(c, x);
      case LOG2 -> LogMath.log2(c, x);
      case LOG10 -> LogMath.log10(c, x);
      case LOG1P -> LogMath.log1p(c, x);
      case SIN -> TrigMath.sin(c, x);
      case COS -> TrigMath.cos(c, x);
      case TAN -> TrigMath.tan(c, x);
      case ASIN -> ArcMath.asin(c, x);
      case ACOS -> ArcMath.acos(c, x);
      case ATAN -> ArcMath.atan(c, x);
      case SINH -> HyperbolicMath.sinh(c, x);
      case COSH -> HyperbolicMath.cosh(c, x);
      case TANH -> HyperbolicMath.tanh(c, x);
      case ASINH -> LogMath.asinh(c, x);
      case ACOSH -> LogMath.acosh(c, x);
      case ATANH -> LogMath.atanh(c, x);
      case CEIL -> RoundMath.ceil(c, x);
      case FLOOR -> RoundMath.floor(c, x);
      case ROUND -> RoundMath.round(c, x);
      case TRUNC -> RoundMath.trunc(c, x);
      case ERF -> ErfMath.erf(c, x);
      case ERFC -> ErfMath.erfc(c, x);
      case SIGMOID -> GateMath.sigmoid(c, x);
      case SILU -> GateMath.silu(c, x);
      case MISH -> GateMath.mish(c, x);
      case GELU -> GateMath.gelu(c, x);
      case GELU_TANH -> GateMath.geluTanh(c, x);
      case LGAMMA -> GammaMath.lgamma(c, x);
      case DIGAMMA -> GammaMath.digamma(c, x);
      case RELU -> c.select(c.test(ScalarOp.LE, x, c.number(0)), c.number(0), x);
      case IS_NAN -> c.test(ScalarOp.NE, x, x);
      case IS_INF -> c.test(ScalarOp.EQ, c.abs(x), c.infinity());
      case IS_FINITE -> c.test(ScalarOp.LT, c.abs(x), c.infinity());
      case NOT -> throw IntegerMath.undefined(f, body.type(x));
    };
  }

  private static int binary(BodyBuilder body, FloatCode c, BinaryOp f, int x, int y, DType type) {
    return switch (f) {
      case ADD -> c.add(x, y);
      case SUB -> c.sub(x, y);
      case MUL -> c.mul(x, y);
      case DIV -> c.div(x, y);
      case FLOOR_DIV -> RoundMath.floorDiv(c, body, x, y);
      case REMAINDER -> RoundMath.remainder(c, body, x, y);
      case FMOD -> body.apply(ScalarOp.REM, x, y);
      case MAXIMUM -> c.max(x, y);
      case MINIMUM -> c.min(x, y);
      case POW -> PowMath.pow(body, type, x, y);
      case ATAN2 -> ArcMath.atan2(c, x, y);
      case EQ -> c.test(ScalarOp.EQ, x, y);
      case NE -> c.test(ScalarOp.NE, x, y);
      case LT -> c.test(ScalarOp.LT, x, y);
      case LE -> c.test(ScalarOp.LE, x, y);
      case GT -> c.test(ScalarOp.GT, x, y);
      case GE -> c.test(ScalarOp.GE, x, y);
      case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT -> throw IntegerMath.undefined(f, type);
    };
  }
}
