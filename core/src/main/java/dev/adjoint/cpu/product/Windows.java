package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.cpu.loop.Packing;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A second operand of a product that is read where it lies: its columns are lines of memory, and each row is the same lines from
 * somewhere else. In a convolution these are an image, moved by the elements of a kernel.
 *
 * <p>If all lines are nearly as far apart as they are long, columns are counted along memory, from the first line to the last,
 * with a few between two lines that are computed and left out. Otherwise lines are multiplied one by one. Columns that are apart
 * are {@linkplain #near brought together} first, and so are lines that are apart by rows of an image that are nearly as long.
 *
 * @param starts where rows begin in memory, in bytes from the first; the last row is the furthest
 * @param places where they begin after {@link #near}, in bytes, if columns are apart; else the same
 * @param lines the axes that lines are counted along
 * @param strides their strides in bytes
 * @param line the columns of a line
 * @param apart the elements from one column to the next in memory
 * @param pitch the elements from one line to the next if columns are counted along memory, else the columns of a line
 * @param folds how many rows of an image there are from one line to the next, if these are brought together, else 0
 * @param bytes the size of an element
 */
record Windows(
    long[] starts,
    long[] places,
    int[] lines,
    long[] strides,
    int line,
    int apart,
    int pitch,
    int folds,
    int bytes) {
  /** What one task copies of an image whose columns are apart, in columns. */
  private static final int TASK_COLUMNS = 4096;

  /**
   * The rows of an operand, or null if its columns do not lie in lines.
   *
   * @param sizes the axes of k, in row-major order
   * @param steps their strides in bytes
   * @param columns the axes of n
   * @param strides their strides in bytes
   * @param bytes the size of an element
   */
  static @Nullable Windows of(int[] sizes, long[] steps, int[] columns, long[] strides, int bytes) {
    int line = 1;
    int axis = columns.length - 1;
    long apart = bytes;
    // Axes of one element are none, and those that are one in memory are one line.
    while (axis >= 0 && (columns[axis] == 1 || line == 1 || strides[axis] == line * apart)) {
      apart = line == 1 && columns[axis] > 1 ? strides[axis] : apart;
      line *= columns[axis--];
    }
    int[] many = IntStream.rangeClosed(0, axis).filter(i -> columns[i] > 1).toArray();
    int[] outer = IntStream.of(many).map(i -> columns[i]).toArray();
    long[] between = IntStream.of(many).mapToLong(i -> strides[i]).toArray();
    boolean isEmpty = line <= 1 || product(sizes) == 0;
    if (isEmpty || apart <= 0 || !areMultiples(steps, bytes) || !areMultiples(between, apart)) {
      return null;
    }
    int distance = (int) (apart / bytes);
    int pitch = line;
    if (outer.length == 1 && distance == 1) {
      long elements = between[0] / bytes;
      pitch = elements >= line && elements < 2L * line ? (int) elements : line;
    }
    long[] starts = starts(sizes, steps);
    int folds = 0;
    if (outer.length == 1 && distance > 1) {
      folds = folds(starts, apart, between[0] / apart, line);
      pitch = folds > 0 ? (int) (between[0] / apart / folds) : line;
    }
    long[] places = distance == 1 ? starts : new long[starts.length];
    var windows = new Windows(starts, places, outer, between, line, distance, pitch, folds, bytes);
    if (distance > 1) {
      Arrays.setAll(places, row -> windows.nearAt(starts[row] / bytes));
    }
    return windows;
  }

  /**
   * Into how many rows the columns from one line to the next can be cut, so that each row of the operand has its lines within
   * rows that are less than twice as long; 0 if that cannot be.
   *
   * @param starts where rows of the operand begin, in bytes
   * @param apart the bytes from one column to the next
   * @param columns from one line to the next
   */
  private static int folds(long[] starts, long apart, long columns, int line) {
    for (long folds = columns / line; folds > 0 && columns / folds < 2L * line; folds--) {
      long length = columns / folds;
      boolean within =
          folds == 1 || Arrays.stream(starts).allMatch(at -> at / apart % length + line <= length);
      if (columns % folds == 0 && within) {
        return (int) folds;
      }
    }
    return 0;
  }

  private static boolean areMultiples(long[] strides, long of) {
    return Arrays.stream(strides).allMatch(stride -> stride >= 0 && stride % of == 0);
  }

  private static int product(int[] sizes) {
    int product = 1;
    for (int size : sizes) {
      product *= size;
    }
    return product;
  }

  private static long[] starts(int[] sizes, long[] steps) {
    long[] starts = new long[product(sizes)];
    int[] index = new int[sizes.length];
    for (int row = 1; row < starts.length; row++) {
      long at = starts[row - 1];
      int axis = sizes.length - 1;
      at += steps[axis];
      while (++index[axis] == sizes[axis]) {
        at += steps[axis - 1] - steps[axis] * sizes[axis];
        index[axis] = 0;
        axis--;
      }
      starts[row] = at;
    }
    return starts;
  }

  /** The columns as they are counted. */
  int columns() {
    return (product(lines) - 1) * pitch + line;
  }

  /** Whether columns are counted along memory and some are left out. */
  boolean hasGaps() {
    return pitch > line;
  }

  /** Whether lines are multiplied one by one. */
  boolean hasLines() {
    return lines.length > 0 && !hasGaps() && folds == 0;
  }

  /** The columns of the result before a column. */
  int before(int column) {
    return column / pitch * line + Math.min(column % pitch, line);
  }

  /** The distance in bytes of a column from the first one, in a row. */
  long at(int column) {
    if (!hasLines()) {
      return (long) column * bytes;
    }
    long at = 0;
    int rest = column / line;
    for (int axis = lines.length - 1; axis >= 0; axis--) {
      at += rest % lines[axis] * strides[axis];
      rest /= lines[axis];
    }
    return at / apart + (long) (column % line) * bytes;
  }

  /** The rows, of which each has 64 bits in a list, and what is read behind them to ask for memory ahead. */
  long listBytes() {
    return (long) (starts.length + TileWriter.AHEAD) * Long.BYTES;
  }

  /** Writes where rows begin, in bytes from the first. */
  void list(long to) {
    MemorySegment.copy(places, 0, ALL, ValueLayout.JAVA_LONG, to, places.length);
  }

  /** Where an element is after {@link #near}, in bytes. */
  private long nearAt(long element) {
    long column = element / apart;
    if (folds <= 1) {
      return element % apart * nearBytes() + column * bytes;
    }
    long row = column / pitch;
    long within = row / folds * pitch + column % pitch;
    return element % apart * folds * foldBytes() + row % folds * foldBytes() + within * bytes;
  }

  /** The elements from the first of all rows and columns to the last. */
  private long extent() {
    long last = starts[starts.length - 1] + (long) (line - 1) * apart * bytes;
    for (int axis = 0; axis < lines.length; axis++) {
      last += (lines[axis] - 1) * strides[axis];
    }
    return last / bytes + 1;
  }

  private long nearBytes() {
    return Math.ceilDiv(extent(), apart) * bytes;
  }

  /** The rows of an image that are brought together. */
  private int rowsOfFold() {
    return Math.toIntExact(Math.ceilDiv(extent(), (long) apart * pitch * folds));
  }

  private long foldBytes() {
    return (long) rowsOfFold() * pitch * bytes;
  }

  /**
   * Copies memory so that columns are neighbours: elements whose numbers have the same rest when divided by their distance; and
   * so that lines are, of each of these every so many rows.
   *
   * @return the address of the copy
   */
  long near(long from, Scratch scratch, Workers workers) {
    long extent = extent();
    if (apart == 2) {
      long to = scratch.room(folds <= 1 ? 2 * nearBytes() : 2L * folds * foldBytes());
      split(from, extent, to, workers);
      return to;
    }
    long distance = nearBytes();
    // Of the last rows, some elements behind the last are copied too, and not used.
    long room = distance * apart + (long) folds * pitch * bytes;
    long to = scratch.room(room + (folds <= 1 ? 0 : apart * folds * foldBytes()));
    Packing packing = Packing.of(bytes);
    int whole = (int) (extent / apart);
    workers.run(
        Math.ceilDiv(whole, TASK_COLUMNS),
        task -> {
          int first = task * TASK_COLUMNS;
          packing.copy(
              from + (long) first * apart * bytes,
              bytes,
              (long) apart * bytes,
              apart,
              Math.min(TASK_COLUMNS, whole - first),
              to + (long) first * bytes,
              distance);
        });
    long rest = (long) whole * apart;
    packing.copy(
        from + rest * bytes,
        bytes,
        bytes,
        (int) (extent - rest),
        1,
        to + (long) whole * bytes,
        distance);
    return folds <= 1 ? to : folded(to, to + room, workers);
  }

  /** The same for every second element; nothing is read but from the first element to the last. */
  private void split(long from, long extent, long to, Workers workers) {
    // Without lines to bring together, all is cut into rows of any length, and a rest.
    int together = Math.max(1, folds);
    int columns = folds <= 1 ? TASK_COLUMNS : pitch;
    long row = 2L * columns * bytes;
    int whole = (int) (extent / (2L * columns));
    int rows = Math.max(1, TASK_COLUMNS / columns / together) * together;
    long second = nearAt(1);
    Packing packing = Packing.of(bytes);
    workers.run(
        Math.ceilDiv(whole, rows) * together,
        task -> {
          int first = task / together * rows + task % together;
          int count = Math.ceilDiv(Math.min(rows - task % together, whole - first), together);
          long at = nearAt(2L * columns * first);
          packing.split(from + first * row, together * row, count, columns, to + at, second);
        });
    long rest = 2L * columns * whole;
    int pairs = (int) ((extent - rest) / 2);
    packing.split(from + rest * bytes, 0, 1, pairs, to + nearAt(rest), second);
    if (extent % 2 != 0) {
      packing.copy(from + (extent - 1) * bytes, bytes, bytes, 1, 1, to + nearAt(extent - 1), bytes);
    }
  }

  /** Brings lines together. */
  private long folded(long from, long to, Workers workers) {
    long row = (long) pitch * bytes;
    workers.run(
        apart * folds,
        part ->
            Packing.of(bytes)
                .copy(
                    from + part / folds * nearBytes() + part % folds * row,
                    folds * row,
                    bytes,
                    rowsOfFold(),
                    pitch,
                    to + part * foldBytes(),
                    row));
    return to;
  }
}
