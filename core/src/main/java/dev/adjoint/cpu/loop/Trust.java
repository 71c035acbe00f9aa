package dev.adjoint.cpu.loop;

import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import java.util.Arrays;

/**
 * What code of a stage may leave out that goes to other code as soon as a position is out of range: the checks that have no
 * condition hold in it, so loads under them are plain ones, and those at a position that is in memory take it from there.
 */
final class Trust {
  /** The values that are the same in all lanes and still must be computed as vectors. */
  final int[] uniforms;

  /** The values that differ between lanes, as in {@link StageBody#varying}. */
  final int[] varying;

  /** For each value whether it is a check that holds, or that several of them do. */
  private final boolean[] holds;

  /** For each load the load of the position that it is at, or -1. */
  private final int[] positions;

  private final boolean[] needed;
  private final Kernel.Loop kernel;
  private final Machine machine;
  private final StageBody values;
  private final UniformIntegers integers;

  Trust(Kernel.Loop kernel, Machine machine, StageBody values, UniformIntegers integers) {
    this.kernel = kernel;
    this.machine = machine;
    this.values = values;
    this.integers = integers;
    holds = new boolean[values.body.size()];
    positions = new int[holds.length];
    for (int v = 0; v < holds.length; v++) {
      Instr instr = values.body.get(v);
      holds[v] = holds(instr);
      positions[v] = instr instanceof Instr.Load load ? findPosition(load) : -1;
    }
    needed = needed();
    uniforms = order(values.uniforms);
    varying = order(values.varying);
  }

  private boolean holds(Instr instr) {
    return switch (instr) {
      case Instr.Check check -> check.condition() < 0;
      case Instr.Apply apply -> apply.op() == ScalarOp.AND && holds[apply.a()] && holds[apply.b()];
      case Instr.Load _, Instr.Index _, Instr.Scalar _, Instr.Literal _, Instr.Reduced _ -> false;
    };
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

  /** For a load at a position in range that stands in memory, lane by lane, the load of the position; else -1. */
  int position(int load) {
    return positions[load];
  }

  private int findPosition(Instr.Load load) {
    if (load.at() < 0
        || !holds(load.condition())
        || !(values.body.get(load.condition()) instanceof Instr.Check check)
        || lane(load) != Access.Lane.BROADCAST
        || !machine.gathers(kernel.accesses().get(load.access()).dtype())) {
      return -1;
    }
    int position = check.value();
    boolean same =
        load.at() == position
            || (values.body.get(load.at()) instanceof Instr.Apply cast
                && cast.op() == ScalarOp.CAST
                && cast.a() == position);
    return same
            && values.body.get(position) instanceof Instr.Load from
            && !from.isComputed()
            && lane(from) == Access.Lane.CONTIGUOUS
        ? position
        : -1;
  }

  private Access.Lane lane(Instr.Load load) {
    return kernel.accesses().get(load.access()).lane();
  }

  private boolean[] needed() {
    boolean[] found = new boolean[holds.length];
    for (int v = found.length - 1; v >= 0; v--) {
      found[v] |= values.roots.contains(v);
      if (found[v] && !isOfIntegers(v)) {
        for (int operand : values.body.get(v).operands()) {
          found[operand] |= takes(v, operand);
        }
      }
    }
    return found;
  }

  private int[] order(int[] all) {
    int count = 0;
    int[] order = new int[all.length];
    for (int v : all) {
      if (needed[v < 0 ? ~v : v] && (v < 0 || !isOfIntegers(v))) {
        order[count++] = v;
      }
    }
    return Arrays.copyOf(order, count);
  }

  /** Whether a value needs an operand as a vector: not a check that holds, nor a distance that is a number elsewhere. */
  boolean takes(int v, int operand) {
    if (!(values.body.get(v) instanceof Instr.Load load)) {
      return true;
    }
    if (operand == load.condition()) {
      return !holds[operand];
    }
    return positions[v] < 0 && (values.uniform[v] || !integers.has(operand));
  }
}
