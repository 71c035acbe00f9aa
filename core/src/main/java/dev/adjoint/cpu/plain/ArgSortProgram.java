package dev.adjoint.cpu.plain;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/**
 * Positions in the order of elements. Rows run side by side; a team of threads that has too few of them for all sorts pieces of a
 * row and merges them. No two pairs of key and position are equal, so there is one order, however it is found.
 */
public final class ArgSortProgram implements Program {
  private static final int POINTS_PER_TASK = 8 << 10;
  private static final int MOST_TASKS = 64;

  /** Up to so many positions are selected, if there are {@code SELECTED_OF} times more elements. */
  private static final int MOST_SELECTED = 1024;

  private static final int SELECTED_OF = 16;

  /** Rows of so many elements may be cut into pieces; what is selected from all pieces has room in one. */
  private static final int LONG = MOST_TASKS * MOST_SELECTED;

  private static final long MOST_KEPT = 64L << 20;

  private final Kernel.ArgSort kernel;
  private final Workers workers;

  public ArgSortProgram(Kernel.ArgSort kernel, Workers workers) {
    this.kernel = kernel;
    this.workers = workers;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    Rows rows = Rows.of(geometry, kernel.axis());
    int count = geometry.sizes()[kernel.axis()];
    long stride = geometry.strides()[0][kernel.axis()];
    return (buffers, starts, scalars) -> {
      MemorySegment from = CpuBuffer.data(buffers[1], starts[1]);
      int n = Math.toIntExact(scalars[1]);
      var launch =
          new Rowwise(
              new SortKeys(kernel.dtype(), kernel.descending(), from, scalars[0]),
              rows,
              n,
              CpuBuffer.data(buffers[0], starts[0]),
              stride,
              count);
      if (2L * rows.count() < workers.size() && n >= LONG) {
        for (long row = 0; row < rows.count(); row++) {
          pieces(launch, row);
        }
        return;
      }
      int tasks =
          Math.clamp(
              n * rows.count() / POINTS_PER_TASK, 1, (int) Math.min(rows.count(), MOST_TASKS));
      workers.run(
          tasks,
          task -> {
            long end = rows.count() * (task + 1) / tasks;
            try (Scratch scratch = Scratch.take()) {
              long room = scratch.room(2L * Pairs.BYTES * n);
              Pairs pairs = Pairs.first(room, n);
              Pairs spare = Pairs.second(room, n);
              for (long row = rows.count() * task / tasks; row < end; row++) {
                launch.read(row, 0, n, pairs);
                launch.order(pairs, spare, n);
                launch.write(row, pairs);
              }
              scratch.shrink(MOST_KEPT);
            }
          });
    };
  }

  /** The rows of a launch. */
  private record Rowwise(
      SortKeys keys, Rows rows, int n, MemorySegment to, long stride, int count) {
    /** The pairs of some positions of a row. */
    void read(long row, int start, int end, Pairs pairs) {
      keys.write(rows.at(1, row), start, end, pairs.keys());
      pairs.number(end - start, start);
    }

    /** Whether it is worth it to find the first pairs alone. */
    boolean selects() {
      return count <= MOST_SELECTED && (long) count * SELECTED_OF <= n;
    }

    /** Brings the first pairs of {@code size} to the front, in order. */
    void order(Pairs pairs, Pairs spare, int size) {
      if (selects() && count < size) {
        PairSort.select(pairs, spare, size, count, keys.bytes());
      } else {
        PairSort.sort(pairs, spare, size, keys.bytes());
      }
    }

    void write(long row, Pairs pairs) {
      long at = rows.at(0, row);
      for (int i = 0; i < count; i++) {
        to.set(JAVA_INT, (at + i * stride) << 2, pairs.position(i));
      }
    }
  }

  /** One row: its pieces are ordered side by side, and then merged in pairs, again side by side. */
  private void pieces(Rowwise launch, long row) {
    int n = launch.n;
    int pieces = Math.min(MOST_TASKS, Integer.highestOneBit(2 * workers.size() - 1));
    try (Scratch scratch = Scratch.take()) {
      long room = scratch.room(2L * Pairs.BYTES * n);
      Pairs pairs = Pairs.first(room, n);
      Pairs spare = Pairs.second(room, n);
      workers.run(
          pieces,
          piece -> {
            int start = bound(n, piece, pieces);
            int end = bound(n, piece + 1, pieces);
            launch.read(row, start, end, pairs.from(start));
            launch.order(pairs.from(start), spare.from(start), end - start);
          });
      launch.write(
          row,
          launch.selects()
              ? firstOfAll(launch, pairs, spare, pieces)
              : merged(pairs, spare, n, pieces));
      scratch.shrink(MOST_KEPT);
    }
  }

  /** The first pairs out of those of all pieces, which are not more than a long row has. */
  private static Pairs firstOfAll(Rowwise launch, Pairs pairs, Pairs spare, int pieces) {
    int found = 0;
    for (int piece = 0; piece < pieces; piece++) {
      int start = bound(launch.n, piece, pieces);
      for (int i = 0; i < launch.count; i++) {
        spare.copy(found++, pairs, start + i);
      }
    }
    // Equal ones are in the order of their positions.
    PairSort.sort(spare, pairs, found, launch.keys.bytes());
    return spare;
  }

  private Pairs merged(Pairs pairs, Pairs spare, int n, int pieces) {
    Pairs from = pairs;
    Pairs to = spare;
    for (int width = 1; width < pieces; width *= 2) {
      merge(from, to, n, width, pieces);
      Pairs next = from;
      from = to;
      to = next;
    }
    return from;
  }

  /** Merges neighbouring sequences of {@code width} pieces; each task writes what one piece has room for. */
  private void merge(Pairs from, Pairs to, int n, int width, int pieces) {
    workers.run(
        pieces,
        piece -> {
          int low = bound(n, piece / (2 * width) * 2 * width, pieces);
          int middle = bound(n, piece / (2 * width) * 2 * width + width, pieces);
          int high = bound(n, piece / (2 * width) * 2 * width + 2 * width, pieces);
          PairSort.merge(
              from.from(low),
              middle - low,
              from.from(middle),
              high - middle,
              to.from(low),
              bound(n, piece, pieces) - low,
              bound(n, piece + 1, pieces) - low);
        });
  }

  private static int bound(int n, int piece, int pieces) {
    return (int) ((long) n * piece / pieces);
  }
}
