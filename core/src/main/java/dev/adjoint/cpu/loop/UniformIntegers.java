package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;

/**
 * Writes integers that are the same in all lanes, such as the position of a row and its distance, in general registers: a vector
 * of equal numbers takes several times as many instructions.
 */
final class UniformIntegers {
  /** Of the general registers one is left for the caller. */
  private static final int MOST_REGISTERS = 3;

  private final Kernel.Loop kernel;
  private final Machine machine;
  private final Block block;
  private final StageBody values;

  /** For each value how many registers it takes; more than there are if it cannot be computed here. */
  private final int[] registers;

  UniformIntegers(Kernel.Loop kernel, Machine machine, Block block, StageBody values) {
    this.kernel = kernel;
    this.machine = machine;
    this.block = block;
    this.values = values;
    registers = new int[values.body.size()];
    for (int v = 0; v < registers.length; v++) {
      registers[v] = registers(values.body.get(v));
    }
  }

  /** Whether a value can be computed here. */
  boolean has(int v) {
    return registers[v] <= MOST_REGISTERS;
  }

  private int registers(Instr instr) {
    if (!isInteger(instr.type())) {
      return Integer.MAX_VALUE;
    }
    boolean has =
        switch (instr) {
          case Instr.Literal _, Instr.Scalar _ -> true;
          case Instr.Index index -> isBroadcast(index.access());
          case Instr.Load load ->
              !load.isComputed()
                  && isBroadcast(load.access())
                  && isInteger(kernel.accesses().get(load.access()).dtype());
          case Instr.Apply _, Instr.Check _, Instr.Reduced _ -> false;
        };
    if (has) {
      return 1;
    }
    if (instr instanceof Instr.Apply apply) {
      return switch (apply.op()) {
        case ADD, SUB, MUL ->
            Math.max(registers[apply.a()], 1 + Math.min(MOST_REGISTERS, registers[apply.b()]));
        case CAST -> registers[apply.a()];
        default -> Integer.MAX_VALUE;
      };
    }
    return Integer.MAX_VALUE;
  }

  private static boolean isInteger(DType type) {
    return type == DType.I32 || type == DType.I64;
  }

  private boolean isBroadcast(int access) {
    return kernel.accesses().get(access).lane() == Access.Lane.BROADCAST;
  }

  /**
   * Puts a value, with its sign, into a temporary; it uses those that follow.
   *
   * @param positions for each access the place of its address
   * @param later how many rows later the value is that of
   */
  void write(int v, int temporary, int[] positions, int later) {
    int to = machine.temporary(temporary);
    Instr instr = values.body.get(v);
    switch (instr) {
      case Instr.Literal(DType type, long bits) ->
          machine.set(to, type == DType.I32 ? (int) bits : bits);
      case Instr.Scalar(int argument, DType type) ->
          machine.getSigned(type.bytes(), to, machine.slot(block.scalars + argument * Long.BYTES));
      case Instr.Index(int access) -> {
        position(to, access, positions, later);
        machine.extend(to);
      }
      case Instr.Load load -> {
        position(to, load.access(), positions, later);
        machine.getSigned(load.type().bytes(), to, new Place(to, 0, 0));
      }
      case Instr.Apply apply -> {
        write(apply.a(), temporary, positions, later);
        if (apply.op() != ScalarOp.CAST) {
          write(apply.b(), temporary + 1, positions, later);
          combine(apply.op(), to, machine.temporary(temporary + 1));
        }
        if (apply.type() == DType.I32) {
          machine.extend(to);
        }
      }
      case Instr.Check _, Instr.Reduced _ ->
          throw new IllegalStateException("kernel: value " + v + " is no integer in a register");
    }
  }

  private void position(int to, int access, int[] positions, int later) {
    machine.get(to, machine.slot(positions[access]));
    addRows(to, access, later);
  }

  /** Adds to a register what an access moves by in some rows. */
  void addRows(int register, int access, int rows) {
    for (int row = 0; row < rows; row++) {
      machine.addFrom(register, machine.slot(block.stride(access, LoopCode.ROW)));
    }
  }

  private void combine(ScalarOp op, int to, int other) {
    if (op == ScalarOp.ADD) {
      machine.add(to, other);
    } else if (op == ScalarOp.SUB) {
      machine.subtract(to, other);
    } else {
      machine.multiply(to, other);
    }
  }
}
