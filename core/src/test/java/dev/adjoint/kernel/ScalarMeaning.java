package dev.adjoint.kernel;

import dev.adjoint.DType;

/** What each scalar instruction does to raw bits, in the plainest Java there is. */
final class ScalarMeaning {
  private ScalarMeaning() {}

  /** Applies an instruction whose operands have a type. */
  static long apply(ScalarOp op, DType type, DType result, long a, long b, long c) {
    return switch (op) {
      case SELECT, SELECT_LIKELY -> a != 0 ? b : c;
      case BITCAST -> result.bytes() == 4 ? (int) a : a;
      case CAST -> cast(type, result, a);
      case WIDEN -> Float.floatToRawIntBits(DType.F16.widen((short) a));
      case NARROW -> Short.toUnsignedInt(DType.F16.narrow(Float.intBitsToFloat((int) a)));
      case NEG,
          ABS,
          SQRT,
          NOT,
          ADD,
          SUB,
          MUL,
          MULHI,
          DIV,
          REM,
          MIN,
          MAX,
          AND,
          OR,
          XOR,
          SHL,
          SHR,
          USHR,
          EQ,
          NE,
          LT,
          LE,
          GT,
          GE,
          FMA ->
          switch (type) {
            case F32 -> {
              float x = Float.intBitsToFloat((int) a);
              float y = Float.intBitsToFloat((int) b);
              float z = Float.intBitsToFloat((int) c);
              yield op.isComparison()
                  ? compare(op, x, y)
                  : Float.floatToRawIntBits(ofFloats(op, x, y, z));
            }
            case F64 -> {
              double x = Double.longBitsToDouble(a);
              double y = Double.longBitsToDouble(b);
              double z = Double.longBitsToDouble(c);
              yield op.isComparison()
                  ? compare(op, x, y)
                  : Double.doubleToRawLongBits(ofDoubles(op, x, y, z));
            }
            case I32 -> op.isComparison() ? compare(op, a, b) : ofInts(op, (int) a, (int) b);
            case I64 -> op.isComparison() ? compare(op, a, b) : ofLongs(op, a, b);
            case BOOL -> op.isComparison() ? compare(op, a, b) : ofLongs(op, a, b) & 1;
            case U8, I8, F16, BF16 -> throw new IllegalArgumentException("a register of " + type);
          };
    };
  }

  private static long compare(ScalarOp op, double x, double y) {
    boolean holds =
        switch (op) {
          case EQ -> x == y;
          case NE -> x != y;
          case LT -> x < y;
          case LE -> x <= y;
          case GT -> x > y;
          case GE -> x >= y;
          default -> throw new IllegalArgumentException(op.toString());
        };
    return holds ? 1 : 0;
  }

  private static long compare(ScalarOp op, long x, long y) {
    return compare(op, (double) Long.compare(x, y), 0.0);
  }

  private static float ofFloats(ScalarOp op, float x, float y, float z) {
    return switch (op) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SQRT -> (float) Math.sqrt(x);
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case REM -> x % y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case FMA -> Math.fma(x, y, z);
      default -> throw new IllegalArgumentException(op.toString());
    };
  }

  private static double ofDoubles(ScalarOp op, double x, double y, double z) {
    return switch (op) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SQRT -> Math.sqrt(x);
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case REM -> x % y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case FMA -> Math.fma(x, y, z);
      default -> throw new IllegalArgumentException(op.toString());
    };
  }

  private static int ofInts(ScalarOp op, int x, int y) {
    return switch (op) {
      case SHL -> x << y;
      case SHR -> x >> y;
      case USHR -> x >>> y;
      case MULHI -> (int) ((Integer.toUnsignedLong(x) * Integer.toUnsignedLong(y)) >>> 32);
      case ABS -> Math.abs(x);
      default -> (int) ofLongs(op, x, y);
    };
  }

  private static long ofLongs(ScalarOp op, long x, long y) {
    return switch (op) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case NOT -> ~x;
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> y == 0 ? 0 : x / y;
      case REM -> y == 0 ? 0 : x % y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case AND -> x & y;
      case OR -> x | y;
      case XOR -> x ^ y;
      case SHL -> x << y;
      case SHR -> x >> y;
      case USHR -> x >>> y;
      default -> throw new IllegalArgumentException(op.toString());
    };
  }

  private static long cast(DType from, DType to, long a) {
    double real =
        switch (from) {
          case F32 -> Float.intBitsToFloat((int) a);
          case F64 -> Double.longBitsToDouble(a);
          case I32, I64, BOOL -> 0;
          case U8, I8, F16, BF16 -> throw new IllegalArgumentException("a register of " + from);
        };
    return switch (to) {
      case BOOL -> (from.isFloat() ? real != 0 : a != 0) ? 1 : 0;
      case F32 -> Float.floatToRawIntBits(from.isFloat() ? (float) real : (float) a);
      case F64 -> Double.doubleToRawLongBits(from.isFloat() ? real : (double) a);
      case I32 -> from.isFloat() ? (int) real : (int) a;
      case I64 -> from.isFloat() ? (long) real : a;
      case U8, I8, F16, BF16 -> throw new IllegalArgumentException("a register of " + to);
    };
  }
}
