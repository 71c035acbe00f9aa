package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/** Factors of matrices, in the steps that {@link Kernel.Factorize} defines. Matrices run side by side. */
public final class FactorizeProgram implements Program {
  private static final double WORK_PER_TASK = 32 << 10;
  private static final int MOST_TASKS = 64;

  private final Kernel.Factorize kernel;
  private final Workers workers;

  public FactorizeProgram(Kernel.Factorize kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    Batch batch = Batch.of(geometry, kernel.rank() - 2);
    double work = (double) batch.size(0) * batch.size(1) * Math.min(batch.size(0), batch.size(1));
    int tasks =
        Math.clamp(
            (long) (work * batch.count() / WORK_PER_TASK),
            1,
            Math.clamp(batch.count(), 1, MOST_TASKS));
    return (buffers, starts, scalars) -> {
      MemorySegment to = CpuBuffer.data(buffers[0], starts[0]);
      MemorySegment from = CpuBuffer.data(buffers[1], starts[1]);
      workers.run(
          tasks,
          task -> {
            var factors = new MatrixFactors(kernel, batch);
            long end = batch.count() * (task + 1) / tasks;
            for (long number = batch.count() * task / tasks; number < end; number++) {
              factors.compute(number, from, to);
            }
          });
    };
  }
}
