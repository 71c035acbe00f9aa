package dev.adjoint.cpu;

import static java.lang.classfile.Opcode.DADD;
import static java.lang.classfile.Opcode.DDIV;
import static java.lang.classfile.Opcode.DMUL;
import static java.lang.classfile.Opcode.DNEG;
import static java.lang.classfile.Opcode.DREM;
import static java.lang.classfile.Opcode.DSUB;
import static java.lang.classfile.Opcode.FADD;
import static java.lang.classfile.Opcode.FDIV;
import static java.lang.classfile.Opcode.FMUL;
import static java.lang.classfile.Opcode.FNEG;
import static java.lang.classfile.Opcode.FREM;
import static java.lang.classfile.Opcode.FSUB;
import static java.lang.classfile.Opcode.IADD;
import static java.lang.classfile.Opcode.IAND;
import static java.lang.classfile.Opcode.IMUL;
import static java.lang.classfile.Opcode.INEG;
import static java.lang.classfile.Opcode.IOR;
import static java.lang.classfile.Opcode.ISHL;
import static java.lang.classfile.Opcode.ISHR;
import static java.lang.classfile.Opcode.ISUB;
import static java.lang.classfile.Opcode.IUSHR;
import static java.lang.classfile.Opcode.IXOR;
import static java.lang.classfile.Opcode.LADD;
import static java.lang.classfile.Opcode.LAND;
import static java.lang.classfile.Opcode.LMUL;
import static java.lang.classfile.Opcode.LNEG;
import static java.lang.classfile.Opcode.LOR;
import static java.lang.classfile.Opcode.LSHL;
import static java.lang.classfile.Opcode.LSHR;
import static java.lang.classfile.Opcode.LSUB;
import static java.lang.classfile.Opcode.LUSHR;
import static java.lang.classfile.Opcode.LXOR;
import static java.lang.constant.ConstantDescs.CD_Double;
import static java.lang.constant.ConstantDescs.CD_Float;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of a stage as scalar code. A value with one use is computed where it is used, on the operand stack;
 * others go to variables.
 */
final class ScalarBody {
  private static final ClassDesc MATH = Math.class.describeConstable().orElseThrow();

  private final NestWriter nest;
  private final Emitter emitter;
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
  ScalarBody(NestWriter nest, Stage stage, List<Integer> roots, int[] reduced, NestWriter.Position position) {
    this.nest = nest;
    this.emitter = nest.emitter;
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
        nest.address(position, index.access(), 0);
        code.l2i();
        share(value, kind);
      }
      case Instr.Load load -> {
        Access access = nest.kernel.accesses().get(load.access());
        nest.segment(load.access());
        emitter.layout(access.dtype());
        nest.address(position, load.access(), 0);
        emitter.get(access.dtype());
        share(value, kind);
      }
      case Instr.Apply apply -> {
        apply(apply, LoopShape.operandType(body, apply));
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
      nest.segment(store.access());
      emitter.layout(memory);
      nest.address(position, store.access(), 0);
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

  private void apply(Instr.Apply apply, DType type) {
    switch (apply.op()) {
      case GT -> comparison("lt", apply.b(), apply.a(), type);
      case GE -> comparison("le", apply.b(), apply.a(), type);
      case LT -> comparison("lt", apply.a(), apply.b(), type);
      case LE -> comparison("le", apply.a(), apply.b(), type);
      case EQ -> comparison("eq", apply.a(), apply.b(), type);
      case NE -> comparison("ne", apply.a(), apply.b(), type);
      case NEG, ABS, SQRT, NOT, ADD, SUB, MUL, DIV, REM, MIN, MAX, AND, OR, XOR,
          SHL, SHR, USHR, FMA, SELECT, CAST, BITCAST -> {
        LoopShape.operands(apply).forEach(this::push);
        operation(apply, type);
      }
    }
  }

  private void comparison(String name, int a, int b, DType type) {
    push(a);
    push(b);
    ClassDesc t = Emitter.descriptor(type);
    emitter.scalar(name, CD_int, t, t);
  }

  /** Replaces the operands on the stack by the result. */
  private void operation(Instr.Apply apply, DType type) {
    ClassDesc t = Emitter.descriptor(type);
    switch (apply.op()) {
      case NEG -> operator(type, INEG, LNEG, FNEG, DNEG);
      case ADD -> operator(number(apply, type), IADD, LADD, FADD, DADD);
      case SUB -> operator(number(apply, type), ISUB, LSUB, FSUB, DSUB);
      case MUL -> operator(type, IMUL, LMUL, FMUL, DMUL);
      case AND -> operator(type, IAND, LAND, null, null);
      case OR -> operator(type, IOR, LOR, null, null);
      case XOR -> operator(type, IXOR, LXOR, null, null);
      case ABS -> emitter.call(MATH, "abs", t, t);
      case MIN -> emitter.call(MATH, "min", t, t, t);
      case MAX -> emitter.call(MATH, "max", t, t, t);
      case FMA -> emitter.call(MATH, "fma", t, t, t, t);
      case SQRT -> emitter.scalar("sqrt", t, t);
      case SELECT -> emitter.scalar("select", t, CD_int, t, t);
      case NOT -> {
        emitter.constant(type, type == DType.BOOL ? 1 : -1);
        operator(type, IXOR, LXOR, null, null);
      }
      case DIV -> {
        if (type.isFloat()) {
          code.with(OperatorInstruction.of(type == DType.F32 ? FDIV : DDIV));
        } else {
          emitter.scalar("div", t, t, t);
        }
      }
      case REM -> {
        if (type.isFloat()) {
          code.with(OperatorInstruction.of(type == DType.F32 ? FREM : DREM));
        } else {
          emitter.scalar("rem", t, t, t);
        }
      }
      case SHL -> shift(type, ISHL, LSHL);
      case SHR -> shift(type, ISHR, LSHR);
      case USHR -> shift(type, IUSHR, LUSHR);
      case CAST -> cast(type, apply.type());
      case BITCAST -> bitcast(type, apply.type());
      case EQ, NE, LT, LE, GT, GE -> throw new IllegalStateException("kernel: a comparison has its own way");
    }
  }

  private static DType number(Instr.Apply apply, DType type) {
    if (type == DType.BOOL) {
      throw new IllegalStateException("kernel: " + apply.op() + " of bool");
    }
    return type;
  }

  private void operator(DType type, Opcode i, Opcode l, @Nullable Opcode f, @Nullable Opcode d) {
    operator(code, type, i, l, f, d);
  }

  private static void operator(
      CodeBuilder code, DType type, Opcode i, Opcode l, @Nullable Opcode f, @Nullable Opcode d) {
    Opcode opcode =
        switch (type) {
          case BOOL, U8, I32 -> i;
          case I64 -> l;
          case F32 -> f;
          case F64 -> d;
        };
    if (opcode == null) {
      throw new IllegalStateException("kernel: a bit operation on " + type);
    }
    code.with(OperatorInstruction.of(opcode));
  }

  private void shift(DType type, Opcode i, Opcode l) {
    if (type == DType.I64) {
      code.l2i();
    }
    operator(type, i, l, null, null);
  }

  private void cast(DType from, DType to) {
    if (to == DType.BOOL) {
      emitter.constant(from, 0);
      emitter.scalar("ne", CD_int, Emitter.descriptor(from), Emitter.descriptor(from));
    } else {
      code.conversion(Emitter.kind(from), Emitter.kind(to));
    }
  }

  private void bitcast(DType from, DType to) {
    if (from == DType.F32 && to == DType.I32) {
      emitter.call(CD_Float, "floatToRawIntBits", CD_int, CD_float);
    } else if (from == DType.I32 && to == DType.F32) {
      emitter.call(CD_Float, "intBitsToFloat", CD_float, CD_int);
    } else if (from == DType.F64 && to == DType.I64) {
      emitter.call(CD_Double, "doubleToRawLongBits", CD_long, CD_double);
    } else if (from == DType.I64 && to == DType.F64) {
      emitter.call(CD_Double, "longBitsToDouble", CD_double, CD_long);
    } else if (from != to) {
      throw new IllegalStateException("kernel: BITCAST from " + from + " to " + to);
    }
  }

  /** Replaces two values on the stack by their fold. */
  static void fold(Emitter emitter, ReduceOp op, DType type) {
    ClassDesc t = Emitter.descriptor(type);
    switch (op) {
      case SUM -> operator(emitter.code, type, IADD, LADD, FADD, DADD);
      case PROD -> operator(emitter.code, type, IMUL, LMUL, FMUL, DMUL);
      case MAX -> emitter.call(MATH, "max", t, t, t);
      case MIN -> emitter.call(MATH, "min", t, t, t);
    }
  }
}
