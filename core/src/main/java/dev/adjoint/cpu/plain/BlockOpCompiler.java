package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.ScalarOp;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Prints block operations as hidden classes, once for each operation and type. */
final class BlockOpCompiler {
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void, CD_Object, CD_int, CD_Object, CD_int, CD_Object, CD_int, CD_Object, CD_int,
          CD_int);
  private static final Map<Key, BlockOp> COMPILED = new ConcurrentHashMap<>();

  private static final int TO = 1;
  private static final int COUNT = 9;

  private BlockOpCompiler() {}

  /** An operation on operands of some types. */
  private record Key(ScalarOp op, List<DType> operands, DType result) {}

  /** The operation of an instruction. */
  static BlockOp of(List<Instr> body, Instr.Apply apply) {
    List<DType> operands = apply.operands().stream().map(o -> body.get(o).type()).toList();
    return COMPILED.computeIfAbsent(
        new Key(apply.op(), operands, apply.type()), BlockOpCompiler::compile);
  }

  /** The operation of a fold. */
  static BlockOp of(ReduceOp op, DType type) {
    ScalarOp scalar =
        switch (op) {
          case SUM -> ScalarOp.ADD;
          case PROD -> ScalarOp.MUL;
          case MAX -> ScalarOp.MAX;
          case MIN -> ScalarOp.MIN;
        };
    return COMPILED.computeIfAbsent(
        new Key(scalar, List.of(type, type), type), BlockOpCompiler::compile);
  }

  private static BlockOp compile(Key key) {
    return GeneratedClass.implementing(
        BlockOp.class, "Block_" + key.op, RUN, code -> run(code, key));
  }

  private static void run(CodeBuilder code, Key key) {
    Emitter emitter = new Emitter(code, COUNT + 1);
    ScalarOps ops = new ScalarOps(emitter);
    for (int k = 0; k <= key.operands.size(); k++) {
      DType type = k == 0 ? key.result : key.operands.get(k - 1);
      code.aload(TO + 2 * k).checkcast(Emitter.descriptor(type).arrayType()).astore(TO + 2 * k);
    }
    int i = emitter.newInt(0);
    emitter.loop(
        i,
        COUNT,
        1,
        () -> {
          element(code, 0, i);
          for (int k = 1; k <= key.operands.size(); k++) {
            element(code, k, i);
            code.arrayLoad(Emitter.kind(key.operands.get(k - 1)));
          }
          DType type = key.operands.get(key.op.isSelect() ? 1 : 0);
          ops.operation(key.op, type, key.result);
          code.arrayStore(Emitter.kind(key.result));
        });
    code.return_();
  }

  /** Pushes the array of an operand and the index of its element. */
  private static void element(CodeBuilder code, int operand, int i) {
    code.aload(TO + 2 * operand).iload(TO + 2 * operand + 1).iload(i).iadd();
  }
}
