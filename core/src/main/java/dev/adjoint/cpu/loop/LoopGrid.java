package dev.adjoint.cpu.loop;

import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The index space of a launch as {@link LoopCode} sees it: outer axes, rows and columns, and how it is cut into tasks.
 * The cut depends on the sizes alone.
 */
public final class LoopGrid {
  /** The number of instruction executions that are worth a task. */
  private static final long WORK_PER_TASK = 128 << 10;

  private static final int MAX_TASKS = 64;

  /** With fewer rows, and few columns, rows are those of a longer axis, not more than the second number at once. */
  private static final int FEW_ROWS = 16;

  private static final int MANY_ROWS = 64;

  /** Columns are cut at multiples of this. */
  private static final int COLUMN_UNIT = 64;

  /** Columns that are folded are cut into wider parts where there are more of them: the processor reads neighbours ahead. */
  private static final int FEW_PARTS = 4;

  /**
   * Strided accesses are walked in columns of this number, so that a row finds the cache lines of the row before it.
   */
  private static final int STRIDED_COLUMNS = 64;

  final int[] outer;
  final long[][] outerStrides;
  final int rows;
  final int cols;
  final int[] sizes;
  final long[] offsets;
  final long[] strides;

  /** What {@link #strides} has of each access along the rows. */
  final long[] alongRows;

  /** What it has along the lanes. */
  final long[] alongLanes;

  final boolean[] memory;
  final boolean lanesReduce;
  final long allRows;
  final int rowTasks;
  final int colTasks;
  final int colsAtOnce;

  /** An axis of the launch, or so many steps along one, each of which is a number of its own steps. */
  private record Axis(int number, int size, int step) {
    long stride(long[] strides) {
      return strides[number] * step;
    }
  }

  private LoopGrid(LoopShape shape, Geometry geometry, List<Axis> axes) {
    Kernel.Loop kernel = shape.kernel();
    int n = kernel.accesses().size();
    int row = axes.size() - 1;
    cols = geometry.sizes()[kernel.laneAxis()];
    rows = row < 0 ? 1 : axes.get(row).size();
    outer = new int[Math.max(0, row)];
    outerStrides = new long[outer.length][n];
    sizes = new int[shape.loops()];
    System.arraycopy(geometry.sizes(), kernel.parallelRank(), sizes, 0, sizes.length);
    offsets = new long[n];
    strides = new long[n * shape.strides()];
    alongRows = new long[n];
    alongLanes = new long[n];
    memory = new boolean[n];
    lanesReduce = kernel.laneReduces();
    boolean strided = false;
    for (int a = 0; a < n; a++) {
      Access access = kernel.accesses().get(a);
      int unit = LoopShape.unit(access);
      long[] steps = geometry.strides()[a];
      memory[a] = access.kind() != Access.Kind.INDEX;
      strided |= memory[a] && access.lane() == Access.Lane.STRIDED;
      offsets[a] = geometry.offsets()[a] * unit;
      int first = a * shape.strides();
      alongRows[a] = row < 0 ? 0 : axes.get(row).stride(steps) * unit;
      alongLanes[a] = steps[kernel.laneAxis()] * unit;
      strides[first + LoopCode.ROW] = alongRows[a];
      strides[first + LoopCode.LANE] = alongLanes[a];
      for (int k = 0; k < sizes.length; k++) {
        strides[first + LoopCode.REDUCE + k] = steps[kernel.parallelRank() + k] * unit;
      }
      for (int k = 0; k < outer.length; k++) {
        outerStrides[k][a] = axes.get(k).stride(steps) * unit;
      }
    }
    Arrays.setAll(outer, k -> axes.get(k).size());
    allRows = Arrays.stream(outer).asLongStream().reduce(rows, (a, b) -> a * b);
    // What is the same in all lanes is computed once for all of them.
    long perLane = geometry.points() * (shape.instructions(false) + 1);
    long perRow = geometry.points() / Math.max(1, cols) * shape.instructions(true);
    long tasks = Math.clamp((perLane + perRow) / WORK_PER_TASK, 1, MAX_TASKS);
    rowTasks = (int) Math.clamp(allRows, 1, tasks);
    int units = kernel.laneReduces() ? 1 : Math.max(1, cols / COLUMN_UNIT);
    if (kernel.reduceRank() > 0) {
      units = Math.min(units, Math.max(FEW_PARTS, units / 2));
    }
    colTasks = (int) Math.min((tasks + rowTasks - 1) / rowTasks, units);
    colsAtOnce =
        strided && kernel.reduceRank() == 0 && rows > 1 ? STRIDED_COLUMNS : Integer.MAX_VALUE;
  }

  /** The grid of a launch. */
  public static LoopGrid of(LoopShape shape, Geometry geometry) {
    Kernel.Loop kernel = shape.kernel();
    check(kernel, geometry);
    int last = kernel.laneReduces() ? kernel.parallelRank() : kernel.parallelRank() - 1;
    var axes = new ArrayList<Axis>();
    for (int axis = 0; axis < last; axis++) {
      if (geometry.sizes()[axis] != 1) {
        axes.add(new Axis(axis, geometry.sizes()[axis], 1));
      }
    }
    if (!kernel.laneReduces() && geometry.sizes()[kernel.laneAxis()] < COLUMN_UNIT) {
      rowsLast(axes);
    }
    return new LoopGrid(shape, geometry, axes);
  }

  /**
   * Has the rows be some of a longer axis if those of the last ones are few: each start of the code takes as long as many
   * elements do. What they read and write is still in the cache when the axes in between go on.
   */
  private static void rowsLast(List<Axis> axes) {
    int chosen = -1;
    int most = axes.isEmpty() ? FEW_ROWS : axes.getLast().size();
    int inner = most;
    for (int k = axes.size() - 2; k >= 0 && inner < FEW_ROWS && most < FEW_ROWS; k--) {
      Axis axis = axes.get(k);
      int rows = Math.clamp(axis.size(), 1, MANY_ROWS);
      while (axis.size() % rows != 0) {
        rows--;
      }
      if (rows > most) {
        chosen = k;
        most = rows;
      }
      inner *= axis.size();
    }
    if (chosen >= 0) {
      Axis axis = axes.get(chosen);
      axes.set(chosen, new Axis(axis.number(), axis.size() / most, most));
      axes.add(new Axis(axis.number(), most, 1));
    }
  }

  private static void check(Kernel.Loop kernel, Geometry geometry) {
    int n = kernel.accesses().size();
    if (geometry.sizes().length != kernel.rank()
        || geometry.offsets().length != n
        || geometry.strides().length != n) {
      throw new IllegalArgumentException(
          "kernel "
              + kernel.name()
              + ": a geometry of "
              + geometry.sizes().length
              + " axes and "
              + geometry.strides().length
              + " accesses, not "
              + kernel.rank()
              + " and "
              + n);
    }
    int lane = kernel.laneAxis();
    for (int a = 0; a < n; a++) {
      long stride = geometry.strides()[a][lane];
      boolean fits =
          geometry.sizes()[lane] <= 1
              || switch (kernel.accesses().get(a).lane()) {
                case BROADCAST -> stride == 0;
                case CONTIGUOUS -> stride == 1;
                case STRIDED -> true;
              };
      if (!fits) {
        throw new IllegalArgumentException(
            "kernel "
                + kernel.name()
                + ": stride "
                + stride
                + " of access "
                + a
                + ", which is "
                + kernel.accesses().get(a).lane());
      }
    }
  }

  /** Whether there is nothing to do: reductions over nothing still have their result. */
  public boolean isEmpty() {
    return allRows == 0 || (cols == 0 && !lanesReduce);
  }

  /** The number of tasks. */
  int tasks() {
    return rowTasks * colTasks;
  }

  /** The first of all rows of a row task. */
  long firstRow(int task) {
    return allRows * task / rowTasks;
  }

  /** The first column of a column task. */
  int firstCol(int task) {
    return task == colTasks
        ? cols
        : (int) ((long) (cols / COLUMN_UNIT) * task / colTasks) * COLUMN_UNIT;
  }
}
