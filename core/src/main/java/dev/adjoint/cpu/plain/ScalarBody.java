package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the values of a stage as scalar code. A value with one use is computed where it is used, on the operand stack;
 * others go to variables.
 */
final class ScalarBody {
  private final ScalarWriter nest;
  private final Emitter emitter;
  private final ScalarOps ops;
  private final CodeBuilder code;
  private final List<Instr> body;
  private final int[] uses;
  private final int[] variables;
  private final int[] position;

  /** Starts the body of a stage where the accesses stand at the addresses, or numbers, in some variables. */
  ScalarBody(ScalarWriter nest, Stage stage, int[] position) {
    this.nest = nest;
    this.emitter = nest.emitter;
    this.ops = new ScalarOps(nest.emitter);
    this.code = nest.code;
    this.body = stage.body();
    this.uses = LoopShape.uses(body, LoopShape.roots(stage));
    this.variables = new int[body.size()];
    Arrays.fill(variables, -1);
    this.position = position;
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
      case Instr.Reduced result -> code.loadLocal(kind, nest.reduced[result.slot()]);
      case Instr.Index index -> {
        code.lload(position[index.access()]).l2i();
        share(value, kind);
      }
      case Instr.Load load -> {
        if (load.condition() >= 0) {
          loadWhere(load);
        } else {
          load(load);
        }
        share(value, kind);
      }
      case Instr.Check check -> {
        check(check);
        share(value, kind);
      }
      case Instr.Apply apply -> {
        apply.operands().forEach(this::push);
        ops.operation(apply.op(), LoopShape.operandType(body, apply), apply.type());
        share(value, kind);
      }
    }
  }

  private void load(Instr.Load load) {
    DType memory = nest.kernel.accesses().get(load.access()).dtype();
    emitter.element(
        memory,
        () -> {
          code.lload(position[load.access()]);
          addDistance(load, memory);
        });
    emitter.get(memory);
  }

  /** Adds what the body computes to the address on the stack. */
  private void addDistance(Instr.Load load, DType memory) {
    if (load.at() < 0) {
      return;
    }
    push(load.at());
    if (body.get(load.at()).type() == DType.I32) {
      code.i2l();
    }
    code.loadConstant((long) memory.bytes()).lmul().ladd();
  }

  /** Computes a load onto the stack, or 0 where its condition does not hold. */
  private void loadWhere(Instr.Load load) {
    if (load.at() >= 0) {
      // What only one of two ways computes is in no variable on the other.
      variable(load.at());
    }
    Label absent = code.newLabel();
    Label end = code.newLabel();
    push(load.condition());
    code.ifeq(absent);
    load(load);
    code.goto_(end).labelBinding(absent);
    emitter.constant(load.type(), 0);
    code.labelBinding(end);
  }

  private void check(Instr.Check check) {
    push(check.value());
    push(check.size());
    if (check.condition() >= 0) {
      push(check.condition());
    } else {
      code.loadConstant(1);
    }
    code.aload(nest.failed);
    ClassDesc type = Emitter.descriptor(body.get(check.value()).type());
    emitter.scalar("check", CD_int, type, type, CD_int, CD_boolean.arrayType());
  }

  /** Does the checks of the body that nothing before needed. */
  void check() {
    LoopShape.checks(body).forEach(this::variable);
  }

  /** Stores values at the position, after all checks. */
  void store(List<Stage.Store> stores) {
    check();
    if (stores.size() > 1) {
      // All loads come before the first store, which may go to the same memory.
      stores.forEach(s -> variable(s.value()));
    }
    for (Stage.Store store : stores) {
      DType memory = nest.kernel.accesses().get(store.access()).dtype();
      emitter.element(memory, () -> code.lload(position[store.access()]));
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
