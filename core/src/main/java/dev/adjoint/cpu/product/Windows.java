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
 * with a few between two lines that are computed and left out. Otherwise lines are multiplied one by one.
 *
 * @param starts where rows begin in memory, in bytes from the first; the last row is the furthest
 * @param lines the axes that lines are counted along
 * @param strides their strides in bytes
 * @param line the columns of a line
 * @param apart the elements from one column to the next in memory
 * @param pitch the elements from one line to the next if columns are counted along memory, else the columns of a line
 * @param bytes the size of an element
 */
record Windows(
    long[] starts, int[] lines, long[] strides, int line, int apart, int pitch, int bytes) {
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
    return new Windows(starts(sizes, steps), outer, between, line, distance, pitch, bytes);
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
    return lines.length > 0 && !hasGaps();
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
    if (apart == 1) {
      MemorySegment.copy(starts, 0, ALL, ValueLayout.JAVA_LONG, to, starts.length);
      return;
    }
    for (int row = 0; row < starts.length; row++) {
      long at = nearAt(starts[row] / bytes);
      ALL.set(ValueLayout.JAVA_LONG, to + (long) row * Long.BYTES, at);
    }
  }

  /** Where an element is after {@link #near}, in bytes. */
  private long nearAt(long element) {
    return element % apart * nearBytes() + element / apart * bytes;
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

  /**
   * Copies memory so that columns are neighbours: elements whose numbers have the same rest when divided by their distance.
   *
   * @return the address of the copy
   */
  long near(long from, Scratch scratch, Workers workers) {
    long extent = extent();
    long distance = nearBytes();
    long to = scratch.room(distance * apart);
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
    return to;
  }
}
