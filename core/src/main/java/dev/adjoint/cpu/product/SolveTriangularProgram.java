package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/** Solutions of triangular systems. Matrices, and bundles of right sides of one matrix, run side by side. */
public final class SolveTriangularProgram implements Program {
  private static final double WORK_PER_TASK = 128 << 10;

  /** What it takes to read an element of a matrix, in steps. */
  private static final int WORK_PER_ELEMENT = 32;

  private static final int MOST_TASKS = 64;

  /** How many right sides are solved together at most. */
  private static final int BUNDLE = 64;

  /** Fewer right sides are solved one by one. */
  private static final int FEW = 8;

  /** How many rows are found together, as far as they need those before them all. */
  private static final int ROWS = 8;

  private final Kernel.SolveTriangular kernel;
  private final Workers workers;
  private final Update update;

  public SolveTriangularProgram(Kernel.SolveTriangular kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
    this.update = new Update(Gemm.kernel(kernel.dtype()), kernel.dtype().bytes());
  }

  @Override
  public Launch prepare(Geometry geometry) {
    Batch batch = Batch.of(geometry, kernel.rank() - 3);
    int n = batch.size(0);
    int columns = batch.size(1);
    int bundles = Math.ceilDiv(columns, BUNDLE);
    long parts = batch.count() * bundles;
    double work = (double) n * n * (columns + WORK_PER_ELEMENT) * batch.count();
    LaneCode lanes = LaneCode.of(kernel.dtype(), n, columns, batch.count());
    int together = lanes == null ? 1 : lanes.lanes;
    long groups = Math.ceilDiv(lanes == null ? parts : batch.count(), together);
    int tasks = Math.clamp((long) (work / WORK_PER_TASK), 1, Math.clamp(groups, 1, MOST_TASKS));
    return (buffers, starts, scalars) -> {
      MemorySegment to = CpuBuffer.data(buffers[0], starts[0]);
      MemorySegment matrix = CpuBuffer.data(buffers[1], starts[1]);
      MemorySegment from = CpuBuffer.data(buffers[2], starts[2]);
      workers.run(
          tasks,
          task -> {
            if (lanes != null) {
              long start = groups * task / tasks * together;
              long end = Math.min(batch.count(), groups * (task + 1) / tasks * together);
              new LaneSystems(kernel, batch, lanes).solve(start, end, matrix, from, to);
              return;
            }
            var systems = new Systems(batch, matrix, from, to);
            long end = parts * (task + 1) / tasks;
            for (long part = parts * task / tasks; part < end; part++) {
              int first = (int) (part % bundles) * BUNDLE;
              systems.solve(part / bundles, first, Math.min(BUNDLE, columns - first));
            }
          });
    };
  }

  /** The systems of a launch, and room for one at a time. */
  private final class Systems {
    final Batch batch;
    final MemorySegment matrix;
    final MemorySegment from;
    final MemorySegment to;
    final int n;

    /** Rows of the matrix, then right sides or rows of them. */
    final MatrixRows x;

    Systems(Batch batch, MemorySegment matrix, MemorySegment from, MemorySegment to) {
      this.batch = batch;
      this.matrix = matrix;
      this.from = from;
      this.to = to;
      this.n = batch.size(0);
      this.x = MatrixRows.of(kernel.dtype(), ROWS + FEW, Math.max(n, BUNDLE));
    }

    /** Solves for some right sides of a matrix. */
    void solve(long number, int first, int count) {
      long a = batch.at(1, number);
      long b = batch.at(2, number) + first * batch.stride(2, 1);
      long result = batch.at(0, number) + first;
      if (count < FEW) {
        few(a, b, result, count);
      } else {
        many(a, b, result, count);
      }
    }

    private void few(long a, long b, long result, int count) {
      for (int c = 0; c < count; c++) {
        x.read(ROWS + c, 0, n, from, b + c * batch.stride(2, 1), batch.stride(2, 0));
      }
      for (int i = 0; i < n; i++) {
        x.read(0, 0, i + 1, matrix, a + i * batch.stride(1, 0), batch.stride(1, 2));
        for (int c = 0; c < count; c++) {
          x.subtractProducts(ROWS + c, 0, i);
          if (!kernel.unit()) {
            x.divide(ROWS + c, x.get(0, i), i, i + 1);
          }
        }
      }
      for (int c = 0; c < count; c++) {
        x.write(ROWS + c, 0, n, to, result + c, batch.stride(0, 0));
      }
    }

    private void many(long a, long b, long result, int count) {
      int bytes = update.bytes();
      try (Scratch scratch = Scratch.take()) {
        long room = scratch.room(((long) n * count + (long) ROWS * n) * bytes);
        var solution = new Matrix(room, (long) count * bytes, bytes);
        long factors = room / bytes + (long) n * count;
        for (int i = 0; i < n; i++) {
          x.read(ROWS, 0, count, from, b + i * batch.stride(2, 0), batch.stride(2, 1));
          x.write(ROWS, 0, count, ALL, room / bytes + (long) i * count, 1);
        }
        for (int first = 0; first < n; first += ROWS) {
          int end = Math.min(first + ROWS, n);
          for (int i = first; i < end; i++) {
            int r = i - first;
            x.read(r, 0, i + 1, matrix, a + i * batch.stride(1, 0), batch.stride(1, 2));
            x.scale(r, -1, 0, i);
            x.write(r, 0, i, ALL, factors + (long) r * n, 1);
          }
          subtract(solution, factors, first, 0, end - first, count, first);
          for (int i = first; i < end; i++) {
            subtract(solution, factors + (long) (i - first) * n, i, first, 1, count, i - first);
            long row = room / bytes + (long) i * count;
            x.read(ROWS, 0, count, ALL, row, 1);
            if (!kernel.unit()) {
              x.divide(ROWS, x.get(i - first, i), 0, count);
              x.write(ROWS, 0, count, ALL, row, 1);
            }
            x.write(ROWS, 0, count, to, result + i * batch.stride(0, 0), 1);
          }
        }
      }
    }

    /** Adds to rows of the solution from {@code row} on the {@code deep} rows from {@code known} on times negated factors. */
    private void subtract(
        Matrix solution, long factors, int row, int known, int rows, int count, int deep) {
      int bytes = update.bytes();
      update.add(
          new Matrix((factors + known) * bytes, (long) n * bytes, bytes),
          solution.at(known, 0),
          solution.rowStride(),
          new Matrix(solution.at(row, 0), solution.rowStride(), bytes),
          rows,
          count,
          deep);
    }
  }
}
