package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import java.util.List;

/** One pass of a loop kernel at one parallel index. */
public sealed interface Stage {
  /** The instructions of the pass. */
  List<Instr> body();

  /** Visits every reduction index and folds values; reductions are numbered across the stages of a kernel. */
  record Reduce(List<Instr> body, List<Fold> folds) implements Stage {}

  /** Visits every reduction index, or the one point if there are no reduction axes, and stores. */
  record Map(List<Instr> body, List<Store> stores) implements Stage {}

  /** Runs once per parallel index of a kernel that has reduction axes, and stores. */
  record Finish(List<Instr> body, List<Store> stores) implements Stage {}

  /** A reduction of an instruction's value. */
  record Fold(ReduceOp op, int value, DType type) {}

  /** A store of an instruction's value through an access. */
  record Store(int access, int value) {}
}
