package dev.adjoint.cpu.plain;

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
import dev.adjoint.kernel.ScalarOp;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes scalar operations on operands that are on the stack. */
final class ScalarOps {
  private static final ClassDesc MATH = Math.class.describeConstable().orElseThrow();

  private final Emitter emitter;
  private final CodeBuilder code;

  ScalarOps(Emitter emitter) {
    this.emitter = emitter;
    this.code = emitter.code;
  }

  /** Replaces the operands on the stack by the result. */
  void operation(ScalarOp op, DType type, DType result) {
    ClassDesc t = Emitter.descriptor(type);
    switch (op) {
      case NEG -> operator(type, INEG, LNEG, FNEG, DNEG);
      case ADD -> operator(number(op, type), IADD, LADD, FADD, DADD);
      case SUB -> operator(number(op, type), ISUB, LSUB, FSUB, DSUB);
      case MUL -> operator(type, IMUL, LMUL, FMUL, DMUL);
      case MULHI -> emitter.scalar("mulhi", t, t, t);
      case AND -> operator(type, IAND, LAND, null, null);
      case OR -> operator(type, IOR, LOR, null, null);
      case XOR -> operator(type, IXOR, LXOR, null, null);
      case ABS -> emitter.call(MATH, "abs", t, t);
      case MIN -> emitter.call(MATH, "min", t, t, t);
      case MAX -> emitter.call(MATH, "max", t, t, t);
      case FMA -> emitter.call(MATH, "fma", t, t, t, t);
      case SQRT -> emitter.scalar("sqrt", t, t);
      case SELECT, SELECT_LIKELY -> emitter.scalar("select", t, CD_int, t, t);
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
      case CAST -> cast(type, result);
      case BITCAST -> bitcast(type, result);
      case WIDEN -> emitter.scalar("widen", CD_float, CD_int);
      case NARROW -> emitter.scalar("narrow", CD_int, CD_float);
      case EQ, NE, LT, LE, GT, GE ->
          emitter.scalar(op.name().toLowerCase(Locale.ROOT), CD_int, t, t);
    }
  }

  private static DType number(ScalarOp op, DType type) {
    if (type == DType.BOOL) {
      throw new IllegalStateException("kernel: " + op + " of bool");
    }
    return type;
  }

  private void operator(DType type, Opcode i, Opcode l, @Nullable Opcode f, @Nullable Opcode d) {
    Opcode opcode =
        switch (type.carrier()) {
          case INT -> i;
          case LONG -> l;
          case FLOAT -> f;
          case DOUBLE -> d;
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
  void fold(ReduceOp op, DType type) {
    ClassDesc t = Emitter.descriptor(type);
    switch (op) {
      case SUM -> operator(type, IADD, LADD, FADD, DADD);
      case PROD -> operator(type, IMUL, LMUL, FMUL, DMUL);
      case MAX -> emitter.call(MATH, "max", t, t, t);
      case MIN -> emitter.call(MATH, "min", t, t, t);
    }
  }
}
