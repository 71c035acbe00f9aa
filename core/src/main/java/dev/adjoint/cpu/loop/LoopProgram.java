package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;

/** A compiled loop kernel. */
public final class LoopProgram implements Program {
  private final CompiledLoop loop;
  private final Workers workers;

  /** A program of a kernel with its code. */
  public LoopProgram(CompiledLoop loop, Workers workers) {
    this.loop = loop;
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    FoldsAtOnce folds = FoldsAtOnce.of(loop, workers, geometry);
    return folds != null ? folds : new LoopLaunch(loop, workers, geometry);
  }
}
