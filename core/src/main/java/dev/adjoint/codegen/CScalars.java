package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.ScalarOp;

/**
 * Scalar operations as C expressions, with the bits that {@link ScalarOp} asks for.
 *
 * <p>Signed overflow is undefined in C, so integers are computed as unsigned ones. Shifts, divisions and conversions spell out
 * what C leaves open.
 */
final class CScalars {
  /** What code leaves in {@code fault} when it sees a position out of range. */
  static final int FAULT = 1;

  private final CodeText text;
  private final Dialect dialect;

  CScalars(CodeText text, Dialect dialect) {
    this.text = text;
    this.dialect = dialect;
  }

  /**
   * The result of an operation.
   *
   * @param type the type of the operands; of the second and third for SELECT
   * @param result the type of the result
   */
  String expression(ScalarOp op, DType type, DType result, String a, String b, String c) {
    return switch (op) {
      case NEG -> type.isFloat() ? "-" + a : unsigned(type, "0", "-", a);
      case ABS ->
          type.isFloat()
              ? "fabs(" + a + ")"
              : a + " < 0 ? " + unsigned(type, "0", "-", a) + " : " + a;
      case SQRT -> "sqrt(" + a + ")";
      case NOT -> type == DType.BOOL ? a + " ^ 1" : "~" + a;
      case ADD -> sum(type, a, b);
      case SUB -> type.isFloat() ? a + " - " + b : unsigned(type, a, "-", b);
      case MUL -> product(type, a, b);
      case MULHI -> "(i32) " + dialect.highProduct("(u32) " + a, "(u32) " + b);
      case DIV -> type.isFloat() ? a + " / " + b : divide(type, a, b);
      case REM -> type.isFloat() ? "fmod(" + a + ", " + b + ")" : remainder(type, a, b);
      case MIN -> extremum(text, dialect, "min", type, a, b);
      case MAX -> extremum(text, dialect, "max", type, a, b);
      case AND -> a + " & " + b;
      case OR -> a + " | " + b;
      case XOR -> a + " ^ " + b;
      case SHL -> cast(type) + "((" + word(type) + ") " + a + " << " + distance(type, b) + ")";
      case SHR -> a + " >> " + distance(type, b);
      case USHR -> cast(type) + "((" + word(type) + ") " + a + " >> " + distance(type, b) + ")";
      case EQ -> a + " == " + b;
      case NE -> a + " != " + b;
      case LT -> a + " < " + b;
      case LE -> a + " <= " + b;
      case GT -> a + " > " + b;
      case GE -> a + " >= " + b;
      case FMA -> "fma(" + a + ", " + b + ", " + c + ")";
      case SELECT, SELECT_LIKELY -> a + " ? " + b + " : " + c;
      case CAST -> convert(type, result, a);
      case BITCAST -> bitcast(type, result, a);
      case WIDEN -> CHalves.widen(text, dialect, a);
      case NARROW -> CHalves.narrow(text, dialect, a);
    };
  }

  /**
   * Whether a position may be used, see {@link dev.adjoint.kernel.Instr.Check}. All that are out of range write the same, so none
   * has to wait for another.
   */
  String check(DType type, String position, String size) {
    String t = CTypes.register(type);
    String function = "check_" + t;
    text.helper(
        dialect.function
            + " i32 "
            + function
            + "("
            + dialect.global
            + "i32* fault, "
            + t
            + " position, "
            + t
            + " size) {\n"
            + "  const i32 inside = position >= 0 && position < size;\n"
            + "  if (!inside) *fault = "
            + FAULT
            + ";\n  return inside;\n}\n");
    return function + "(fault, " + position + ", " + size + ")";
  }

  static String sum(DType type, String a, String b) {
    return type.isFloat() ? a + " + " + b : unsigned(type, a, "+", b);
  }

  static String product(DType type, String a, String b) {
    return type.isFloat() ? a + " * " + b : unsigned(type, a, "*", b);
  }

  /** The smaller or larger of two values: NaN if either is, and -0 below +0. */
  static String extremum(
      CodeText text, Dialect dialect, String name, DType type, String a, String b) {
    String t = CTypes.register(type);
    String before = name.equals("min") ? "<" : ">";
    String chosen = "a " + before + " b ? a : b";
    if (type.isFloat()) {
      String bits = type == DType.F32 ? dialect.bitsF32 : dialect.bitsF64;
      // Bitwise operators, because branches would keep a compiler from using vectors.
      String zero = String.format(bits, name.equals("min") ? "a" : "b") + " < 0";
      chosen = "(a != a) | (a " + before + " b) | ((a == b) & (" + zero + ")) ? a : b";
    }
    String function = name + "_" + t;
    text.helper(
        dialect.function
            + " "
            + t
            + " "
            + function
            + "("
            + t
            + " a, "
            + t
            + " b) {\n  return "
            + chosen
            + ";\n}\n");
    return function + "(" + a + ", " + b + ")";
  }

  private String divide(DType type, String a, String b) {
    String t = CTypes.register(type);
    text.helper(
        dialect.function
            + " "
            + t
            + " div_"
            + t
            + "("
            + t
            + " a, "
            + t
            + " b) {\n  return b == 0 ? 0 : b == -1 ? "
            + unsigned(type, "0", "-", "a")
            + " : a / b;\n}\n");
    return "div_" + t + "(" + a + ", " + b + ")";
  }

  private String remainder(DType type, String a, String b) {
    String t = CTypes.register(type);
    text.helper(
        dialect.function
            + " "
            + t
            + " rem_"
            + t
            + "("
            + t
            + " a, "
            + t
            + " b) {\n"
            + "  return b == 0 || b == -1 ? 0 : a % b;\n}\n");
    return "rem_" + t + "(" + a + ", " + b + ")";
  }

  private String convert(DType from, DType to, String a) {
    if (to == DType.BOOL) {
      return a + " != 0";
    }
    if (!from.isFloat() || to.isFloat()) {
      return cast(to) + a;
    }
    String f = CTypes.register(from);
    String t = CTypes.register(to);
    String limit =
        (to == DType.I64 ? "9223372036854775808.0" : "2147483648.0")
            + (from == DType.F32 ? "f" : "");
    String largest = to == DType.I64 ? "(i64) 9223372036854775807" : "2147483647";
    String function = t + "_of_" + f;
    text.helper(
        dialect.function
            + " "
            + t
            + " "
            + function
            + "("
            + f
            + " a) {\n"
            + "  return a >= "
            + limit
            + " ? "
            + largest
            + " : a >= -"
            + limit
            + " ? ("
            + t
            + ") a : a != a ? 0 : -"
            + largest
            + " - 1;\n}\n");
    return function + "(" + a + ")";
  }

  private String bitcast(DType from, DType to, String a) {
    if (from == to) {
      return a;
    }
    String word =
        switch (to.carrier()) {
          case INT -> dialect.bitsF32;
          case LONG -> dialect.bitsF64;
          case FLOAT -> dialect.floatOf;
          case DOUBLE -> dialect.doubleOf;
        };
    return String.format(word, a);
  }

  private static String distance(DType type, String b) {
    return "(" + b + " & " + (type == DType.I64 ? 63 : 31) + ")";
  }

  private static String unsigned(DType type, String a, String operator, String b) {
    String w = word(type);
    return cast(type) + "((" + w + ") " + a + " " + operator + " (" + w + ") " + b + ")";
  }

  private static String word(DType type) {
    return type == DType.I64 ? "u64" : "u32";
  }

  private static String cast(DType type) {
    return "(" + CTypes.register(type) + ") ";
  }

  /** The sum, product, largest or smallest of two values. */
  static String fold(CodeText text, Dialect dialect, ReduceOp op, DType type, String a, String b) {
    return switch (op) {
      case SUM -> sum(type, a, b);
      case PROD -> product(type, a, b);
      case MAX -> extremum(text, dialect, "max", type, a, b);
      case MIN -> extremum(text, dialect, "min", type, a, b);
    };
  }
}
