package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.concurrent.ConcurrentHashMap;

/** A compiled loop kernel, and the other forms of it that launches wanted so far. */
public final class LoopProgram implements Program {
  private final CompiledLoop loop;
  private final Workers workers;

  /** A program of a kernel with its code. */
  public LoopProgram(CompiledLoop loop, Workers workers) {
    var forms = new ConcurrentHashMap<Kernel.Loop, CompiledLoop>();
    this.loop =
        new CompiledLoop(
            loop.shape(), loop.code(), kernel -> forms.computeIfAbsent(kernel, loop.compiler()));
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    FoldsAtOnce folds = FoldsAtOnce.of(loop, workers, geometry);
    return folds != null ? folds : new LoopLaunch(loop, workers, geometry);
  }
}
