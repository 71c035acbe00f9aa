package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** Prints the fold of a scan and the loops around it as a hidden class. */
final class ScanCompiler {
  private static final ClassDesc PARENT = ScanCode.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc FOLD = MethodTypeDesc.of(CD_long, CD_long, CD_long);
  private static final MethodTypeDesc TOTAL = MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_int);
  private static final MethodTypeDesc SCAN =
      MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_long, CD_long, CD_int, CD_int, CD_long);

  private final DType dtype;
  private final List<Instr> body;
  private final TypeKind kind;
  private final ClassDesc type;
  private final ClassDesc self = GeneratedClass.named("Scan");

  private ScanCompiler(Kernel.Scan kernel) {
    dtype = kernel.dtype();
    body = kernel.fold();
    kind = Emitter.kind(dtype);
    type = Emitter.descriptor(dtype);
  }

  /** The code of a scan. */
  static ScanCode compile(Kernel.Scan kernel) {
    var compiler = new ScanCompiler(kernel);
    byte[] bytes = ClassFile.of().build(compiler.self, compiler::members);
    return (ScanCode) GeneratedClass.instance(bytes, kernel.name());
  }

  private void members(ClassBuilder builder) {
    builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER).withSuperclass(PARENT);
    builder.withMethodBody(
        INIT_NAME,
        MTD_void,
        0,
        code -> code.aload(0).invokespecial(PARENT, INIT_NAME, MTD_void).return_());
    builder.withMethodBody(
        "apply", MethodTypeDesc.of(type, type, type), ClassFile.ACC_STATIC, this::apply);
    builder.withMethodBody("fold", FOLD, 0, this::fold);
    builder.withMethodBody("total", TOTAL, 0, this::total);
    builder.withMethodBody("scan", SCAN, 0, this::scan);
  }

  /** The fold as straight code; each value has a variable of its own. */
  private void apply(CodeBuilder code) {
    int second = kind.slotSize();
    var emitter = new Emitter(code, 2 * second);
    var ops = new ScalarOps(emitter);
    int[] variables = new int[body.size()];
    for (int v = 0; v < variables.length; v++) {
      Instr instr = body.get(v);
      switch (instr) {
        case Instr.Reduced(int slot, var _) -> code.loadLocal(kind, slot * second);
        case Instr.Literal(var literal, long bits) -> emitter.constant(literal, bits);
        case Instr.Apply apply -> {
          for (int operand : apply.operands()) {
            code.loadLocal(Emitter.kind(body.get(operand).type()), variables[operand]);
          }
          ops.operation(apply.op(), LoopShape.operandType(body, apply), apply.type());
        }
        case Instr.Load _, Instr.Index _, Instr.Scalar _, Instr.Check _ ->
            throw new IllegalStateException("kernel: the fold of a scan has " + instr);
      }
      variables[v] = emitter.storeNew(Emitter.kind(instr.type()));
    }
    code.loadLocal(kind, variables[variables.length - 1]).return_(kind);
  }

  private void fold(CodeBuilder code) {
    var emitter = new Emitter(code, 5);
    code.lload(1);
    emitter.fromBits(dtype);
    code.lload(3);
    emitter.fromBits(dtype);
    callApply(code);
    emitter.toBits(dtype);
    code.lreturn();
  }

  private void total(CodeBuilder code) {
    // this, from, step, n
    var emitter = new Emitter(code, 6);
    int inside = zero(emitter);
    int i = emitter.newInt(0);
    emitter.loop(i, 5, 1, () -> accumulate(emitter, i, inside, 1, 3));
    code.loadLocal(kind, inside);
    emitter.toBits(dtype);
    code.lreturn();
  }

  private void scan(CodeBuilder code) {
    // this, from, fromStep, to, toStep, n, alone, before
    var emitter = new Emitter(code, 13);
    code.lload(11);
    emitter.fromBits(dtype);
    int before = emitter.storeNew(kind);
    int inside = zero(emitter);
    int i = emitter.newInt(0);
    emitter.loop(
        i,
        9,
        1,
        () -> {
          accumulate(emitter, i, inside, 1, 3);
          Label alone = code.newLabel();
          Label store = code.newLabel();
          emitter.element(dtype, () -> code.lload(5));
          code.iload(10).ifne(alone).loadLocal(kind, before).loadLocal(kind, inside);
          callApply(code);
          code.goto_(store).labelBinding(alone).loadLocal(kind, inside).labelBinding(store);
          emitter.set(dtype);
          code.lload(5).lload(7).ladd().lstore(5);
        });
    code.loadLocal(kind, inside);
    emitter.toBits(dtype);
    code.lreturn();
  }

  private int zero(Emitter emitter) {
    emitter.constant(dtype, 0);
    return emitter.storeNew(kind);
  }

  /** Folds the element at an address into a variable, which the first one is put into, and moves the address. */
  private void accumulate(Emitter emitter, int i, int inside, int from, int step) {
    CodeBuilder code = emitter.code;
    Label first = code.newLabel();
    Label end = code.newLabel();
    code.iload(i).ifeq(first).loadLocal(kind, inside);
    emitter.element(dtype, () -> code.lload(from));
    emitter.get(dtype);
    callApply(code);
    code.goto_(end).labelBinding(first);
    emitter.element(dtype, () -> code.lload(from));
    emitter.get(dtype);
    code.labelBinding(end).storeLocal(kind, inside);
    code.lload(from).lload(step).ladd().lstore(from);
  }

  private void callApply(CodeBuilder code) {
    code.invokestatic(self, "apply", MethodTypeDesc.of(type, type, type));
  }
}
