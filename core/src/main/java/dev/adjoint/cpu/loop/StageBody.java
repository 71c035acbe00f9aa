package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The values of a stage that are needed, in the order in which machine code computes them. */
final class StageBody {
  /** A region of fewer values is not worth a branch. */
  private static final int LEAST_REGION = 4;

  private static final int[] NONE = {};

  final Stage stage;
  final List<Instr> body;

  /** What is kept for later stages of the row. */
  final List<Stage.Store> kept;

  /** The values that are folded or stored, those that are checks, and those that are kept. */
  final List<Integer> roots;

  /** For each value whether it is the same in all lanes. */
  final boolean[] uniform;

  /** For each value how often it is used. */
  final int[] uses;

  /** The values that are the same in all lanes and must be computed. */
  final int[] uniforms;

  /**
   * The values that differ between lanes. A number below 0 is the complement of a {@link ScalarOp#SELECT_LIKELY}: from here on to
   * that value is what only its last operand needs.
   */
  final int[] varying;

  private final int[] owner;
  private int[] order = NONE;
  private int count;

  StageBody(LoopShape shape, Stage stage, List<Stage.Store> kept) {
    this.stage = stage;
    this.kept = kept;
    body = stage.body();
    roots = new ArrayList<>(LoopShape.roots(stage));
    kept.forEach(store -> roots.add(store.value()));
    uniform = shape.uniform(body);
    uses = LoopShape.uses(body, roots);
    owner = new int[body.size()];
    Arrays.fill(owner, -1);
    order = new int[2 * body.size()];
    for (int v = 0; v < uses.length; v++) {
      if (isComputed(v) && uniform[v]) {
        order[count++] = v;
      }
    }
    uniforms = Arrays.copyOf(order, count);
    count = 0;
    for (int v = 0; v < uses.length; v++) {
      if (isVarying(v)
          && body.get(v) instanceof Instr.Apply a
          && a.op() == ScalarOp.SELECT_LIKELY) {
        own(v, a.c());
      }
    }
    order(-1, body.size());
    varying = Arrays.copyOf(order, count);
    order = NONE;
  }

  /** Whether a value must be computed: it is no constant, and something needs it. */
  boolean isComputed(int v) {
    return uses[v] > 0
        && !(body.get(v) instanceof Instr.Literal
            || body.get(v) instanceof Instr.Scalar
            || body.get(v) instanceof Instr.Reduced);
  }

  private boolean isVarying(int v) {
    return isComputed(v) && !uniform[v];
  }

  /** Whether a uniform value is used by values that differ, or is a root. */
  boolean isFrontier(int v) {
    if (!uniform[v] || !isComputed(v)) {
      return false;
    }
    if (roots.contains(v)) {
      return true;
    }
    for (int w = v + 1; w < uses.length; w++) {
      if (isVarying(w) && body.get(w).operands().contains(v)) {
        return true;
      }
    }
    return false;
  }

  /** Marks what only the last operand of a select needs, if that is worth a branch. */
  private void own(int select, int last) {
    boolean[] only = new boolean[select];
    int size = 0;
    for (int v = last; v >= 0; v--) {
      if (isVarying(v) && !(body.get(v) instanceof Instr.Check)) {
        only[v] = v == last ? uses[v] == 1 : isUsedOnlyBy(only, v, select);
        size += only[v] ? 1 : 0;
      }
    }
    if (size >= LEAST_REGION) {
      for (int v = 0; v <= last; v++) {
        // Of nested regions the inner one owns a value: inner selects come first.
        if (only[v] && owner[v] < 0) {
          owner[v] = select;
        }
      }
    }
  }

  private boolean isUsedOnlyBy(boolean[] only, int v, int select) {
    int found = 0;
    for (int w = v + 1; w < select; w++) {
      if (only[w]) {
        for (int operand : body.get(w).operands()) {
          found += operand == v ? 1 : 0;
        }
      }
    }
    return found == uses[v];
  }

  private void order(int region, int end) {
    for (int v = 0; v < end; v++) {
      if (!isVarying(v) || owner[v] != region) {
        continue;
      }
      if (owns(v)) {
        order[count++] = ~v;
        order(v, v);
      }
      order[count++] = v;
    }
  }

  private boolean owns(int select) {
    for (int v = 0; v < select; v++) {
      if (owner[v] == select) {
        return true;
      }
    }
    return false;
  }

  /** The type that the operands of a value have. */
  DType operandType(Instr.Apply apply) {
    return LoopShape.operandType(body, apply);
  }

  /** Whether a load is at a distance that differs between lanes. */
  boolean isScattered(Instr.Load load) {
    return load.at() >= 0 && !uniform[load.at()];
  }
}
