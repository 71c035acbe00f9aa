package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.PositionException;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A loop kernel with its index space. */
public final class LoopLaunch implements Program.Launch {
  private final LoopShape shape;
  private final LoopCode code;
  private final Workers workers;
  private final LoopGrid grid;
  private final Extents extents;
  private final int tasks;
  private final @Nullable TurnedReads turned;
  private final boolean atOnce;
  private final Streaming streaming;

  public LoopLaunch(CompiledLoop loop, Workers workers, Geometry geometry) {
    this.shape = loop.shape();
    this.code = loop.code();
    this.workers = workers;
    this.grid = LoopGrid.of(shape, geometry);
    Kernel.Loop kernel = shape.kernel();
    this.extents = Extents.of(kernel, geometry);
    this.tasks = grid.tasks();
    this.turned = TurnedReads.of(loop, grid);
    this.atOnce =
        turned == null && tasks == 1 && grid.outer.length == 0 && grid.colsAtOnce >= grid.cols;
    this.streaming = Streaming.of(kernel, grid, geometry);
  }

  @Override
  public void run(Buffer[] buffers, long[] starts, long[] scalars) {
    if (grid.isEmpty()) {
      return;
    }
    extents.check(buffers, starts);
    long[] addresses = new long[grid.memory.length];
    for (int a = 0; a < addresses.length; a++) {
      if (grid.memory[a]) {
        addresses[a] = ((CpuBuffer) buffers[a]).address() + starts[a];
      }
    }
    run(addresses, scalars, streaming.isLarge() || streaming.isCold(buffers));
  }

  /** Runs over an index space that is not empty, on memory at addresses, which it moves by the offsets; 0 for index accesses. */
  public void run(long[] addresses, long[] scalars) {
    run(addresses, scalars, streaming.isLarge());
  }

  private void run(long[] addresses, long[] scalars, boolean streams) {
    for (int a = 0; a < addresses.length; a++) {
      addresses[a] += grid.offsets[a];
    }
    LoopCode code = streams && streaming.fits(addresses) ? this.code.streaming() : this.code;
    boolean[] failed = new boolean[1];
    var arguments = new LoopArguments(addresses, grid.strides, scalars, grid.sizes, failed);
    if (atOnce) {
      code.run(arguments, 0, grid.rows, 0, grid.cols);
    } else if (tasks == 1) {
      task(code, arguments, 0);
    } else {
      workers.run(tasks, task -> task(code, arguments, task));
    }
    mustNotHaveFailed(shape.kernel(), failed);
  }

  /**
   * Throws if a checked position was out of range.
   *
   * @param failed what the kernel's loops have left in {@link LoopArguments#failed}
   */
  public static void mustNotHaveFailed(Kernel kernel, boolean[] failed) {
    if (failed[0]) {
      throw new PositionException("cpu", List.of(kernel.name()));
    }
  }

  private void task(LoopCode code, LoopArguments arguments, int task) {
    int rowTask = task / grid.colTasks;
    int colTask = task % grid.colTasks;
    int col0 = grid.firstCol(colTask);
    int cols = grid.firstCol(colTask + 1) - col0;
    long row = grid.firstRow(rowTask);
    long left = grid.firstRow(rowTask + 1) - row;
    int first = (int) (row % grid.rows);
    long[] here = arguments.bases().clone();
    int[] index = grid.outer.clone();
    long rest = row / grid.rows;
    for (int k = index.length - 1; k >= 0; k--) {
      index[k] = (int) (rest % grid.outer[k]);
      rest /= grid.outer[k];
      move(here, grid.outerStrides[k], index[k]);
    }
    move(here, grid.alongRows, first);
    move(here, grid.alongLanes, col0);
    int most = Math.min(cols, grid.colsAtOnce);
    try (LoopCode.Parts parts =
        turned == null ? code.parts(arguments, most) : turned.parts(arguments)) {
      while (left > 0) {
        int rows = (int) Math.min(left, grid.rows - first);
        run(parts, here, rows, cols, turned == null ? most : cols);
        left -= rows;
        move(here, grid.alongRows, -first);
        first = 0;
        for (int k = index.length - 1; k >= 0 && left > 0; k--) {
          move(here, grid.outerStrides[k], 1);
          if (++index[k] < grid.outer[k]) {
            break;
          }
          move(here, grid.outerStrides[k], -grid.outer[k]);
          index[k] = 0;
        }
      }
    }
  }

  /** Runs some rows, of which the code gets at most {@code most} columns at once. */
  private void run(LoopCode.Parts parts, long[] bases, int rows, int cols, int most) {
    if (cols <= most) {
      parts.run(bases, rows, cols);
      return;
    }
    long[] here = bases.clone();
    for (int done = 0; done < cols; done += most) {
      parts.run(here, rows, Math.min(cols - done, most));
      move(here, grid.alongLanes, most);
    }
  }

  private static void move(long[] bases, long[] strides, long steps) {
    for (int a = 0; a < bases.length && steps != 0; a++) {
      bases[a] += steps * strides[a];
    }
  }
}
