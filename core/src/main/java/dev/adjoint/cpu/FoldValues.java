package dev.adjoint.cpu;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Stage;

/** What a fold starts with, and in which type. */
final class FoldValues {
  private FoldValues() {}

  /** The type in which a fold's value is kept: truth values are numbers. */
  static DType accumulator(Stage.Fold fold) {
    return accumulator(fold.type());
  }

  static DType accumulator(DType type) {
    return type == DType.BOOL ? DType.I32 : type;
  }

  /** The raw bits of the value that folding starts with. */
  static long identity(ReduceOp op, DType type) {
    return switch (op) {
      case SUM -> 0;
      case PROD -> BodyBuilder.bits(type, 1);
      case MAX -> extreme(type, false);
      case MIN -> extreme(type, true);
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
}
