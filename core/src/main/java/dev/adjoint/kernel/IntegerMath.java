package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.UnaryOp;

/** Functions of integers, before the results of narrow types are cut, and of bool. */
final class IntegerMath {
  private IntegerMath() {}

  static int unary(BodyBuilder b, UnaryOp f, int x) {
    DType type = b.type(x);
    return switch (f) {
      case NEG -> b.apply(ScalarOp.NEG, x);
      case ABS -> b.apply(ScalarOp.ABS, x);
      case SIGN -> {
        int zero = b.literal(type, 0);
        int positive = b.select(b.apply(ScalarOp.GT, x, zero), b.literal(type, 1), zero);
        yield b.select(b.apply(ScalarOp.LT, x, zero), b.literal(type, -1), positive);
      }
      case SQUARE -> b.apply(ScalarOp.MUL, x, x);
      case NOT -> b.apply(ScalarOp.NOT, x);
      // All others are functions of floats.
      default -> throw undefined(f, type);
    };
  }

  static int binary(BodyBuilder b, BinaryOp f, int x, int y) {
    return switch (f) {
      case ADD -> b.apply(ScalarOp.ADD, x, y);
      case SUB -> b.apply(ScalarOp.SUB, x, y);
      case MUL -> b.apply(ScalarOp.MUL, x, y);
      case FLOOR_DIV -> floorDiv(b, x, y);
      case REMAINDER -> remainder(b, x, y);
      case FMOD -> b.apply(ScalarOp.REM, x, y);
      case MAXIMUM -> b.apply(ScalarOp.MAX, x, y);
      case MINIMUM -> b.apply(ScalarOp.MIN, x, y);
      case EQ -> b.apply(ScalarOp.EQ, x, y);
      case NE -> b.apply(ScalarOp.NE, x, y);
      case LT -> b.apply(ScalarOp.LT, x, y);
      case LE -> b.apply(ScalarOp.LE, x, y);
      case GT -> b.apply(ScalarOp.GT, x, y);
      case GE -> b.apply(ScalarOp.GE, x, y);
      case AND -> b.apply(ScalarOp.AND, x, y);
      case OR -> b.apply(ScalarOp.OR, x, y);
      case XOR -> b.apply(ScalarOp.XOR, x, y);
      case SHIFT_LEFT -> b.apply(ScalarOp.SHL, x, y);
      case SHIFT_RIGHT -> b.apply(ScalarOp.SHR, x, y);
      case DIV, POW, ATAN2 -> throw undefined(f, b.type(x));
    };
  }

  /** Logic and order on bool, by logic alone: false is below true. */
  static int bool(BodyBuilder b, BinaryOp f, int x, int y) {
    return switch (f) {
      case AND -> b.apply(ScalarOp.AND, x, y);
      case OR -> b.apply(ScalarOp.OR, x, y);
      case XOR, NE -> b.apply(ScalarOp.XOR, x, y);
      case EQ -> b.apply(ScalarOp.NOT, b.apply(ScalarOp.XOR, x, y));
      case LT -> b.apply(ScalarOp.AND, b.apply(ScalarOp.NOT, x), y);
      case LE -> b.apply(ScalarOp.OR, b.apply(ScalarOp.NOT, x), y);
      case GT -> b.apply(ScalarOp.AND, x, b.apply(ScalarOp.NOT, y));
      case GE -> b.apply(ScalarOp.OR, x, b.apply(ScalarOp.NOT, y));
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
          SHIFT_LEFT,
          SHIFT_RIGHT ->
          throw undefined(f, DType.BOOL);
    };
  }

  /** Rounds down; 0 for a zero divisor. */
  private static int floorDiv(BodyBuilder b, int x, int y) {
    DType type = b.type(x);
    int quotient = b.apply(ScalarOp.DIV, x, y);
    int rest = b.apply(ScalarOp.SUB, x, b.apply(ScalarOp.MUL, quotient, y));
    int nonZero = b.apply(ScalarOp.NE, y, b.literal(type, 0));
    int roundedUp = b.apply(ScalarOp.AND, signsDiffer(b, rest, y), nonZero);
    return b.select(roundedUp, b.apply(ScalarOp.SUB, quotient, b.literal(type, 1)), quotient);
  }

  /** Has the sign of y; 0 for a zero divisor. */
  private static int remainder(BodyBuilder b, int x, int y) {
    int rest = b.apply(ScalarOp.REM, x, y);
    return b.select(signsDiffer(b, rest, y), b.apply(ScalarOp.ADD, rest, y), rest);
  }

  /** Whether a remainder is not 0 and has another sign than the divisor. */
  private static int signsDiffer(BodyBuilder b, int rest, int y) {
    int zero = b.literal(b.type(rest), 0);
    int differ = b.apply(ScalarOp.LT, b.apply(ScalarOp.XOR, rest, y), zero);
    return b.apply(ScalarOp.AND, differ, b.apply(ScalarOp.NE, rest, zero));
  }

  static IllegalArgumentException undefined(Enum<?> f, DType type) {
    return new IllegalArgumentException("kernel: " + f + " is not defined for " + type);
  }
}
