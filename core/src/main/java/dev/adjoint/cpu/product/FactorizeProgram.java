package dev.adjoint.cpu.product;

import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.graph.Factorization;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/** Factors of matrices, in the steps that {@link Kernel.Factorize} defines. Matrices run side by side. */
public final class FactorizeProgram implements Program {
  private static final double WORK_PER_TASK = 128 << 10;

  /** What it takes to read and write an element, in steps. */
  private static final int WORK_PER_ELEMENT = 32;

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
    LaneCode lanes =
        kernel.f() == Factorization.QR
            ? null
            : LaneCode.of(kernel.dtype(), batch.size(0), batch.size(1), batch.count());
    int together = lanes == null ? 1 : lanes.lanes;
    long groups = Math.ceilDiv(batch.count(), together);
    double elements = (double) batch.size(0) * batch.size(1);
    double work = elements * (Math.min(batch.size(0), batch.size(1)) + WORK_PER_ELEMENT);
    int tasks =
        Math.clamp(
            (long) (work * batch.count() / WORK_PER_TASK), 1, Math.clamp(groups, 1, MOST_TASKS));
    return (buffers, starts, scalars) -> {
      long to = ((CpuBuffer) buffers[0]).address() + starts[0];
      MemorySegment from = CpuBuffer.data(buffers[1], starts[1]);
      workers.run(
          tasks,
          task -> {
            long start = groups * task / tasks * together;
            long end = Math.min(batch.count(), groups * (task + 1) / tasks * together);
            if (lanes != null) {
              new LaneFactors(kernel, batch, lanes).compute(start, end, from, to);
              return;
            }
            if (kernel.f() == Factorization.QR) {
              var factors = new QrFactors(kernel, batch);
              for (long number = start; number < end; number++) {
                factors.compute(number, from, to);
              }
              return;
            }
            var factors = new BlockFactors(kernel, batch);
            for (long number = start; number < end; number++) {
              if (kernel.f() == Factorization.LU) {
                factors.lu(number, from, to);
              } else {
                factors.cholesky(number, from, to);
              }
            }
          });
    };
  }
}
