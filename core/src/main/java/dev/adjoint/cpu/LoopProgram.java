package dev.adjoint.cpu;

import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/** A compiled loop kernel. */
final class LoopProgram implements Program {
  private final TieredCode code;
  private final Workers workers;

  /** Compiles a kernel. */
  LoopProgram(Kernel.Loop kernel, Workers workers) {
    this(new TieredCode(kernel), workers);
  }

  /** A program of given code. */
  LoopProgram(TieredCode code, Workers workers) {
    this.code = code;
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    return new LoopLaunch(code, workers, geometry);
  }
}
