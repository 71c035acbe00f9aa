package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;

/** The folds of a stage: what they fold, and where their results are put. */
final class FoldResults {
  private final LoopWriter nest;
  private final Machine machine;
  private final Stage.Reduce stage;
  private final int firstSlot;

  FoldResults(LoopWriter nest, Stage.Reduce stage, int firstSlot) {
    this.nest = nest;
    this.machine = nest.machine;
    this.stage = stage;
    this.firstSlot = firstSlot;
  }

  /** The number of folds. */
  int count() {
    return stage.folds().size();
  }

  /** The type in which a fold is computed. */
  DType type(int fold) {
    return stage.folds().get(fold).type().folded();
  }

  ScalarOp operation(int fold) {
    return ScalarOp.of(stage.folds().get(fold).op());
  }

  /** What a fold begins with, in all lanes. */
  int identity(int fold) {
    Stage.Fold f = stage.folds().get(fold);
    return machine.constant(type(fold), f.op().identity(f.type()));
  }

  /** The value to fold, a number where it is a truth value. */
  int number(BodyWriter body, int fold) {
    Stage.Fold f = stage.folds().get(fold);
    int value = body.operand(f.value());
    if (f.type() == DType.BOOL) {
      machine.number(machine.passing(DType.I32), value);
      return machine.passing(DType.I32);
    }
    return value;
  }

  /** Writes a fold of two vectors. */
  void fold(int fold, int to, int a, int b) {
    machine.apply(operation(fold), type(fold), type(fold), to, a, b, -1);
  }

  /** Makes the first lane of register 0 the result of a fold, in all lanes. */
  void keep(int fold) {
    machine.broadcastFirst(type(fold), 0, 0);
    keepLanes(fold);
  }

  /** Makes register 0 the results of a fold: those of the current lanes, or one that all have. */
  void keepLanes(int fold) {
    Place result = nest.reduced(firstSlot + fold, 0);
    DType type = type(fold);
    if (stage.folds().get(fold).type() == DType.BOOL) {
      int mask = machine.passing(DType.BOOL);
      machine.apply(ScalarOp.CAST, type, DType.BOOL, mask, 0, -1, -1);
      machine.keep(DType.BOOL, result, mask);
    } else {
      machine.keep(type, result, 0);
    }
  }

  /** Whether a fold looks for the largest or smallest value. */
  static boolean isExtreme(Stage.Fold fold) {
    return fold.op() == ReduceOp.MAX || fold.op() == ReduceOp.MIN;
  }
}
