package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;

/** How element types and their values are written in C. */
final class CTypes {
  private CTypes() {}

  /** The type of a value in a register. */
  static String register(DType type) {
    return switch (type) {
      case F32 -> "f32";
      case F64 -> "f64";
      case I64 -> "i64";
      case I32, U8, BOOL -> "i32";
    };
  }

  /** The type of an element in memory. */
  static String memory(DType type) {
    return type == DType.U8 || type == DType.BOOL ? "u8" : register(type);
  }

  /** A constant of given raw bits. */
  static String literal(Dialect dialect, DType type, long bits) {
    return switch (type) {
      case F32 -> {
        float value = Float.intBitsToFloat((int) bits);
        yield Float.isFinite(value) ? value + "f" : String.format(dialect.floatOf, (int) bits);
      }
      case F64 -> {
        double value = Double.longBitsToDouble(bits);
        yield Double.isFinite(value)
            ? Double.toString(value)
            : String.format(dialect.doubleOf, "(i64) " + bits);
      }
      case I64 -> bits == Long.MIN_VALUE ? "((i64) -9223372036854775807 - 1)" : "(i64) " + bits;
      case I32, U8 ->
          (int) bits == Integer.MIN_VALUE ? "(-2147483647 - 1)" : Integer.toString((int) bits);
      case BOOL -> bits != 0 ? "1" : "0";
    };
  }

  /** What a fold starts with. */
  static String identity(Dialect dialect, Stage.Fold fold) {
    DType type = fold.type();
    return switch (fold.op()) {
      case SUM -> literal(dialect, type, 0);
      case PROD -> literal(dialect, type, BodyBuilder.bits(type, 1));
      case MAX -> literal(dialect, type, extreme(type, false));
      case MIN -> literal(dialect, type, extreme(type, true));
    };
  }

  private static long extreme(DType type, boolean largest) {
    return switch (type) {
      case F32 ->
          Float.floatToRawIntBits(largest ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY);
      case F64 ->
          Double.doubleToRawLongBits(largest ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
      case I32 -> largest ? Integer.MAX_VALUE : Integer.MIN_VALUE;
      case I64 -> largest ? Long.MAX_VALUE : Long.MIN_VALUE;
      case U8 -> largest ? 255 : 0;
      case BOOL -> largest ? 1 : 0;
    };
  }

  /** Whether a kernel computes or stores a type. */
  static boolean uses(Kernel kernel, DType type) {
    for (Access access : kernel.accesses()) {
      if (access.dtype() == type) {
        return true;
      }
    }
    return switch (kernel) {
      case Kernel.Loop loop -> computes(loop, type);
      case Kernel.MatMul(var _, var _, var epilogue) ->
          epilogue != null && computes(epilogue, type);
      case Kernel.ScatterAdd _ -> false;
    };
  }

  private static boolean computes(Kernel.Loop loop, DType type) {
    return loop.scalars().contains(type)
        || loop.stages().stream().flatMap(s -> s.body().stream()).anyMatch(i -> i.type() == type);
  }

  /** The sum, product, largest or smallest of two values. */
  static String fold(CodeText text, Dialect dialect, ReduceOp op, DType type, String a, String b) {
    return switch (op) {
      case SUM -> CScalars.sum(type, a, b);
      case PROD -> CScalars.product(type, a, b);
      case MAX -> CScalars.extremum(text, dialect, "max", type, a, b);
      case MIN -> CScalars.extremum(text, dialect, "min", type, a, b);
    };
  }
}
