package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;

/** How element types and their values are written in C. */
final class CTypes {
  private CTypes() {}

  /** The type of a value in a register. */
  static String register(DType type) {
    return type.folded().toString();
  }

  /** The type of an element in memory. */
  static String memory(DType type) {
    return switch (type.bytes()) {
      case 1 -> "u8";
      case 2 -> "u16";
      default -> register(type);
    };
  }

  /** A constant of given raw bits. */
  static String literal(Dialect dialect, DType type, long bits) {
    return switch (type.carrier()) {
      case INT ->
          type == DType.BOOL
              ? bits != 0 ? "1" : "0"
              : (int) bits == Integer.MIN_VALUE
                  ? "(-2147483647 - 1)"
                  : Integer.toString((int) bits);
      case LONG -> bits == Long.MIN_VALUE ? "((i64) -9223372036854775807 - 1)" : "(i64) " + bits;
      case FLOAT -> {
        float value = Float.intBitsToFloat((int) bits);
        yield Float.isFinite(value) ? value + "f" : String.format(dialect.floatOf, (int) bits);
      }
      case DOUBLE -> {
        double value = Double.longBitsToDouble(bits);
        yield Double.isFinite(value)
            ? Double.toString(value)
            : String.format(dialect.doubleOf, "(i64) " + bits);
      }
    };
  }

  /** What a fold starts with. */
  static String identity(Dialect dialect, Stage.Fold fold) {
    return literal(dialect, fold.type(), fold.op().identity(fold.type()));
  }

  /** Whether a kernel computes or stores a type. */
  static boolean uses(Kernel kernel, DType type) {
    for (Access access : kernel.accesses()) {
      if (access.dtype() == type) {
        return true;
      }
    }
    return kernel.loops().stream().anyMatch(loop -> computes(loop, type));
  }

  private static boolean computes(Kernel.Loop loop, DType type) {
    return loop.scalars().contains(type)
        || loop.stages().stream().flatMap(s -> s.body().stream()).anyMatch(i -> i.type() == type);
  }
}
