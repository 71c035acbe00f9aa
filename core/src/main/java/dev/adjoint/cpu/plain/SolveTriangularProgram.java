package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/** Solutions of triangular systems. Matrices, and bundles of right sides of one matrix, run side by side. */
public final class SolveTriangularProgram implements Program {
  private static final double WORK_PER_TASK = 32 << 10;
  private static final int MOST_TASKS = 64;

  /** How many right sides are solved together at most. */
  private static final int BUNDLE = 64;

  private final Kernel.SolveTriangular kernel;
  private final Workers workers;

  public SolveTriangularProgram(Kernel.SolveTriangular kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    Batch batch = Batch.of(geometry, kernel.rank() - 3);
    int n = batch.size(0);
    int columns = batch.size(1);
    int bundles = Math.ceilDiv(columns, BUNDLE);
    long parts = batch.count() * bundles;
    double work = (double) n * n * columns * batch.count();
    int tasks = Math.clamp((long) (work / WORK_PER_TASK), 1, Math.clamp(parts, 1, MOST_TASKS));
    return (buffers, starts, scalars) -> {
      MemorySegment to = CpuBuffer.data(buffers[0], starts[0]);
      MemorySegment matrix = CpuBuffer.data(buffers[1], starts[1]);
      MemorySegment from = CpuBuffer.data(buffers[2], starts[2]);
      workers.run(
          tasks,
          task -> {
            MatrixRows x =
                MatrixRows.of(kernel.dtype(), n + 1, Math.max(n, Math.min(columns, BUNDLE)));
            long end = parts * (task + 1) / tasks;
            for (long part = parts * task / tasks; part < end; part++) {
              long number = part / bundles;
              int first = (int) (part % bundles) * BUNDLE;
              int count = Math.min(BUNDLE, columns - first);
              long a = batch.at(1, number);
              long b = batch.at(2, number) + first * batch.stride(2, 1);
              long result = batch.at(0, number) + first;
              for (int i = 0; i < n; i++) {
                x.read(i, 0, count, from, b + i * batch.stride(2, 0), batch.stride(2, 1));
                x.read(n, 0, i + 1, matrix, a + i * batch.stride(1, 0), batch.stride(1, 2));
                solve(x, i, n, count);
                x.write(i, count, to, result + i * batch.stride(0, 0), 1);
              }
            }
          });
    };
  }

  /** Row i of the solution, of which those before it are known; row n has the factors. */
  private void solve(MatrixRows x, int i, int n, int count) {
    for (int j = 0; j < i; j++) {
      x.addScaled(i, -x.get(n, j), j, 0, count);
    }
    if (!kernel.unit()) {
      x.divide(i, x.get(n, i), 0, count);
    }
  }
}
