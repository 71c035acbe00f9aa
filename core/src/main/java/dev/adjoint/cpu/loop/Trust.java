package dev.adjoint.cpu.loop;

import dev.adjoint.kernel.Instr;
import java.util.Arrays;

/**
 * What code of a stage may leave out that goes to other code as soon as a position is out of range: the checks that have no
 * condition hold in it, so loads under them are plain ones.
 */
final class Trust {
  /** The values that are the same in all lanes and still must be computed as vectors. */
  final int[] uniforms;

  /** For each value whether it is a check that holds. */
  private final boolean[] holds;

  private final StageBody values;
  private final UniformIntegers integers;

  Trust(StageBody values, UniformIntegers integers) {
    this.values = values;
    this.integers = integers;
    holds = new boolean[values.body.size()];
    for (int v = 0; v < holds.length; v++) {
      holds[v] = values.body.get(v) instanceof Instr.Check check && check.condition() < 0;
    }
    uniforms = uniforms();
  }

  /** Whether there are such checks. */
  boolean isUseful() {
    for (boolean check : holds) {
      if (check) {
        return true;
      }
    }
    return false;
  }

  /** Whether a value, or -1, is a check that holds. */
  boolean holds(int v) {
    return v >= 0 && holds[v];
  }

  /** Whether a value is such a check of integers in general registers. */
  boolean isOfIntegers(int v) {
    return holds[v]
        && values.uniform[v]
        && values.body.get(v) instanceof Instr.Check check
        && integers.has(check.value())
        && integers.has(check.size());
  }

  private int[] uniforms() {
    boolean[] needed = new boolean[holds.length];
    for (int v = holds.length - 1; v >= 0; v--) {
      needed[v] |= values.roots.contains(v);
      if (values.isComputed(v) && (needed[v] || !values.uniform[v]) && !isOfIntegers(v)) {
        Instr instr = values.body.get(v);
        for (int operand : instr.operands()) {
          needed[operand] |= !isLeftOut(v, instr, operand);
        }
      }
    }
    int count = 0;
    int[] order = new int[values.uniforms.length];
    for (int v : values.uniforms) {
      if (needed[v] && !isOfIntegers(v)) {
        order[count++] = v;
      }
    }
    return Arrays.copyOf(order, count);
  }

  /** Whether a load does not need an operand as a vector: a check that holds, or a distance in a general register. */
  private boolean isLeftOut(int v, Instr instr, int operand) {
    return instr instanceof Instr.Load load
        && (operand == load.condition()
            ? holds[operand]
            : !values.uniform[v] && integers.has(operand));
  }
}
