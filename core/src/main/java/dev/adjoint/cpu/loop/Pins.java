package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.kernel.Instr;
import java.util.Arrays;

/** The registers of constants, and of values that are the same in all lanes, which stay in one for all vectors of a loop. */
final class Pins {
  private final StageBody values;

  /** For each value whether it is in memory before the loop. */
  private final boolean[] kept;

  /** Whether masks have registers of their own, which are not for this. */
  private final boolean hasMasks;

  /** For each value its register, or -1. */
  private final int[] registers;

  /** For each value how often a vector uses it. */
  private final int[] uses;

  /** Whether a value needs an operand in a register. */
  @FunctionalInterface
  interface Takes {
    boolean test(int value, int operand);
  }

  /** Pins of the code that computes some values for each vector, and of which each takes some of its operands. */
  Pins(StageBody values, int[] varying, Takes takes, boolean[] kept, boolean hasMasks) {
    this.values = values;
    this.kept = kept;
    this.hasMasks = hasMasks;
    int n = values.body.size();
    registers = new int[n];
    uses = new int[n];
    for (int v : varying) {
      if (v >= 0) {
        for (int operand : values.body.get(v).operands()) {
          uses[operand] += takes.test(v, operand) ? 1 : 0;
        }
      }
    }
    for (int root : values.roots) {
      uses[root]++;
    }
    clear();
  }

  void clear() {
    Arrays.fill(registers, -1);
  }

  /** The register of a value, or -1. */
  int register(int v) {
    return registers[v];
  }

  void put(int v, int register) {
    registers[v] = register;
  }

  /** The vector registers, as bits, without those that hold something. */
  int without(int vectors) {
    int others = vectors;
    for (int register : registers) {
      others &= register < 0 ? -1 : ~(1 << register);
    }
    return others;
  }

  /** The value that is used most among those that have no register and could; -1 if there is none. */
  int next() {
    int best = -1;
    for (int v = 0; v < uses.length; v++) {
      if (uses[v] > (best < 0 ? 0 : uses[best]) && registers[v] < 0 && isTheSameForAll(v)) {
        best = v;
      }
    }
    return best;
  }

  private boolean isTheSameForAll(int v) {
    Instr instr = values.body.get(v);
    boolean constant =
        instr instanceof Instr.Literal
            || instr instanceof Instr.Scalar
            || (values.uniform[v] && (kept[v] || instr instanceof Instr.Reduced));
    return constant && !(hasMasks && instr.type() == DType.BOOL);
  }
}
