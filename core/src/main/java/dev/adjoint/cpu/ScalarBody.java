package dev.adjoint.cpu;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the values of a stage as scalar code. A value with one use is computed where it is used, on the operand stack;
 * others go to variables.
 */
final class ScalarBody {
  private final NestWriter nest;
  private final Emitter emitter;
  private final ScalarOps ops;
  private final CodeBuilder code;
  private final List<Instr> body;
  private final int[] reduced;
  private final int[] uses;
  private final int[] variables;
  private NestWriter.Position position;

  /**
   * Starts a body.
   *
   * @param reduced the variables of the kernel's reductions
   * @param roots the values that are needed
   */
  ScalarBody(
      NestWriter nest,
      Stage stage,
      List<Integer> roots,
      int[] reduced,
      NestWriter.Position position) {
    this.nest = nest;
    this.emitter = nest.emitter;
    this.ops = new ScalarOps(nest.emitter);
    this.code = nest.code;
    this.body = stage.body();
    this.reduced = reduced;
    this.uses = LoopShape.uses(body, roots);
    this.variables = new int[body.size()];
    Arrays.fill(variables, -1);
    this.position = position;
  }

  /** Goes on at another position; values that are in variables are not computed again. */
  void move(NestWriter.Position to) {
    position = to;
  }

  /** Computes a value into a variable. */
  int variable(int value) {
    if (variables[value] < 0) {
      push(value);
      if (variables[value] < 0) {
        variables[value] = emitter.storeNew(Emitter.kind(body.get(value).type()));
      } else {
        TypeKind kind = Emitter.kind(body.get(value).type());
        if (kind.slotSize() == 2) {
          code.pop2();
        } else {
          code.pop();
        }
      }
    }
    return variables[value];
  }

  /** Computes a value onto the stack. */
  void push(int value) {
    Instr instr = body.get(value);
    TypeKind kind = Emitter.kind(instr.type());
    if (variables[value] >= 0) {
      code.loadLocal(kind, variables[value]);
      return;
    }
    switch (instr) {
      case Instr.Literal literal -> emitter.constant(literal.type(), literal.bits());
      case Instr.Scalar scalar -> code.loadLocal(kind, nest.scalars[scalar.argument()]);
      case Instr.Reduced result -> code.loadLocal(kind, reduced[result.slot()]);
      case Instr.Index index -> {
        nest.number(position, index.access(), 0);
        code.l2i();
        share(value, kind);
      }
      case Instr.Load load -> {
        Access access = nest.kernel.accesses().get(load.access());
        nest.address(position, load.access(), 0, () -> emitter.layout(access.dtype()));
        emitter.get(access.dtype());
        share(value, kind);
      }
      case Instr.Apply apply -> {
        LoopShape.operands(apply).forEach(this::push);
        ops.operation(apply.op(), LoopShape.operandType(body, apply), apply.type());
        share(value, kind);
      }
    }
  }

  /** Stores values at the position. */
  void store(List<Stage.Store> stores) {
    if (stores.size() > 1) {
      // All loads come before the first store, which may go to the same memory.
      stores.forEach(s -> variable(s.value()));
    }
    for (Stage.Store store : stores) {
      DType memory = nest.kernel.accesses().get(store.access()).dtype();
      nest.address(position, store.access(), 0, () -> emitter.layout(memory));
      push(store.value());
      emitter.set(memory);
    }
  }

  private void share(int value, TypeKind kind) {
    if (uses[value] > 1) {
      if (kind.slotSize() == 2) {
        code.dup2();
      } else {
        code.dup();
      }
      variables[value] = emitter.storeNew(kind);
    }
  }
}
