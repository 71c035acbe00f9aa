package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.LoopShape;
import java.lang.constant.MethodTypeDesc;

/** Prints loop kernels as plain loops in hidden classes. */
final class BytecodeCompiler {
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void,
          LoopArguments.class.describeConstable().orElseThrow(),
          CD_int,
          CD_int,
          CD_int,
          CD_int);

  private BytecodeCompiler() {}

  /** Compiles a kernel. */
  static LoopCode compile(LoopShape shape) {
    return GeneratedClass.implementing(
        LoopCode.class,
        "Loops_" + shape.kernel().name(),
        RUN,
        code -> new ScalarWriter(shape, code).write());
  }
}
