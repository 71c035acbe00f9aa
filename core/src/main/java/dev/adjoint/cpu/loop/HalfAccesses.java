package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a kernel what processors have for f16: loads and stores that convert.
 *
 * <p>In such a kernel a load of f16 whose type is F32 gives numbers, and one whose type is I32 gives bits, as everywhere. A store
 * of an F32 narrows it. {@link ScalarOp#WIDEN} of an F32 is the number that is left of it in f16.
 */
final class HalfAccesses {
  private final Kernel.Loop kernel;

  private HalfAccesses(Kernel.Loop kernel) {
    this.kernel = kernel;
  }

  /** A kernel with such loads and stores; the same one if it converts nothing from or to f16. */
  static Kernel.Loop in(Kernel.Loop kernel) {
    if (!converts(kernel)) {
      return kernel;
    }
    var accesses = new HalfAccesses(kernel);
    List<Stage> stages = new ArrayList<>();
    for (Stage stage : kernel.stages()) {
      stages.add(accesses.stage(stage));
    }
    return new Kernel.Loop(
        kernel.parallelRank(),
        kernel.reduceRank(),
        kernel.laneReduces(),
        kernel.accesses(),
        kernel.scalars(),
        stages);
  }

  private static boolean converts(Kernel.Loop kernel) {
    for (Stage stage : kernel.stages()) {
      for (Instr instr : stage.body()) {
        if (is(ScalarOp.WIDEN, instr) || is(ScalarOp.NARROW, instr)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean is(ScalarOp op, Instr instr) {
    return instr instanceof Instr.Apply apply && apply.op() == op;
  }

  private boolean isHalf(int access) {
    return kernel.accesses().get(access).dtype() == DType.F16;
  }

  private Stage stage(Stage stage) {
    List<Instr> body = new ArrayList<>(stage.body());
    for (int v = 0; v < body.size(); v++) {
      if (is(ScalarOp.WIDEN, body.get(v))) {
        body.set(v, widened(body.get(v), body));
      }
    }
    return switch (stage) {
      case Stage.Reduce r -> new Stage.Reduce(body, r.folds(), r.ofBlocks());
      case Stage.Map m -> new Stage.Map(body, stores(m.stores(), body));
      case Stage.Finish f -> new Stage.Finish(body, stores(f.stores(), body));
    };
  }

  private Instr widened(Instr widen, List<Instr> body) {
    Instr bits = body.get(operand(widen));
    if (bits instanceof Instr.Load load && isHalf(load.access())) {
      return new Instr.Load(load.access(), load.at(), load.condition(), DType.F32);
    }
    return is(ScalarOp.NARROW, bits)
        ? new Instr.Apply(ScalarOp.WIDEN, DType.F32, operand(bits), -1, -1)
        : widen;
  }

  private static int operand(Instr conversion) {
    return conversion.operands().getFirst();
  }

  private List<Stage.Store> stores(List<Stage.Store> stores, List<Instr> body) {
    List<Stage.Store> changed = new ArrayList<>();
    for (Stage.Store store : stores) {
      Instr value = body.get(store.value());
      changed.add(
          isHalf(store.access()) && is(ScalarOp.NARROW, value)
              ? new Stage.Store(store.access(), operand(value))
              : store);
    }
    return changed;
  }
}
