package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;

/** A compiled loop kernel. */
public final class LoopProgram implements Program {
  private final LoopCodes code;
  private final Workers workers;

  /** A program of given code. */
  public LoopProgram(LoopCodes code, Workers workers) {
    this.code = code;
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    return new LoopLaunch(code, workers, geometry);
  }
}
