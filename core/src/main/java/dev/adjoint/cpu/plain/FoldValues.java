package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Stage;

/** What a fold starts with, and in which type. */
final class FoldValues {
  private FoldValues() {}

  /** The type in which a fold's value is kept: truth values are numbers. */
  static DType accumulator(Stage.Fold fold) {
    return accumulator(fold.type());
  }

  static DType accumulator(DType type) {
    return type.folded();
  }

  /** The raw bits of the value that folding starts with. */
  static long identity(ReduceOp op, DType type) {
    return op.identity(type);
  }
}
