package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.loop.CompiledLoop;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.cpu.loop.MachineLoop;
import dev.adjoint.device.DebugLevel;
import dev.adjoint.kernel.Kernel;

/** Compiles loop kernels: to machine code where that can be, else to plain loops. Both give the same bits. */
public final class LoopCompiler {
  private LoopCompiler() {}

  /** Compiles a kernel. */
  public static CompiledLoop compile(Kernel.Loop kernel) {
    var shape = new LoopShape(kernel);
    if (!MachineLoop.isPossible()) {
      return plain(shape);
    }
    String missing = MachineLoop.missing(shape);
    if (missing.isEmpty()) {
      return machine(shape);
    }
    DebugLevel.note("cpu: " + kernel.name() + " has " + missing + ", so it runs as plain loops");
    return plain(shape);
  }

  /** A kernel as machine code, which must be possible. */
  static CompiledLoop machine(LoopShape shape) {
    return new CompiledLoop(shape, MachineLoop.of(shape), LoopCompiler::compile);
  }

  /** A kernel as plain loops. */
  static CompiledLoop plain(LoopShape shape) {
    return new CompiledLoop(
        shape, BytecodeCompiler.compile(shape), kernel -> plain(new LoopShape(kernel)));
  }
}
