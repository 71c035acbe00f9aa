package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import java.util.List;

/** One pass of a loop kernel at one parallel index. */
public sealed interface Stage {
  /** The instructions of the pass. */
  List<Instr> body();

  /**
   * Visits every reduction index and folds values; reductions are numbered across the stages of a kernel.
   *
   * @param ofBlocks whether the values are results of blocks, or of aligned runs of them, that another launch computed
   */
  record Reduce(List<Instr> body, List<Fold> folds, boolean ofBlocks) implements Stage {
    /** A stage that folds single elements. */
    public Reduce(List<Instr> body, List<Fold> folds) {
      this(body, folds, false);
    }

    /** The number of elements of a block, see {@link Kernel.Loop}. */
    public int block() {
      return ofBlocks ? 1 : Kernel.Loop.BLOCK;
    }
  }

  /** Visits every reduction index, or the one point if there are no reduction axes, and stores. */
  record Map(List<Instr> body, List<Store> stores) implements Stage {}

  /** Runs once per parallel index of a kernel that has reduction axes, and stores. */
  record Finish(List<Instr> body, List<Store> stores) implements Stage {}

  /** A reduction of an instruction's value. */
  record Fold(ReduceOp op, int value, DType type) {
    /** Whether the result is the same in any order. */
    public boolean isExact() {
      return !type.isFloat() || op == ReduceOp.MAX || op == ReduceOp.MIN;
    }
  }

  /** A store of an instruction's value through an access. */
  record Store(int access, int value) {}
}
