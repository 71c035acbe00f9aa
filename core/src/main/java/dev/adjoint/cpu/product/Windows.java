package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A second operand of a product that is read where it lies: its rows are runs of memory, each of which begins anywhere. Those of a
 * convolution are an image moved by the elements of a kernel.
 *
 * <p>Lines of an image are longer than those of the result by what windows reach over. So columns are counted along the lines of
 * memory, with a few between two lines of the result that are computed and left out.
 *
 * @param sizes the axes of k
 * @param steps their strides in bytes
 * @param line the columns of a line of the result
 * @param pitch the elements from one line to the next in memory
 * @param columns from the first column of the first line to the last one of the last
 */
record Windows(int[] sizes, long[] steps, int line, int pitch, int columns) {
  /**
   * The rows of an operand, or null if its columns do not lie in lines.
   *
   * @param sizes the axes of k, in row-major order
   * @param steps their strides in bytes
   * @param columns the axes of n
   * @param strides their strides in bytes
   * @param bytes the size of an element
   */
  static @Nullable Windows of(
      int[] sizes, long[] steps, int[] columns, long[] strides, int bytes) {
    // Axes that are one in memory are one, from the last on: the line, and what lines are apart.
    int line = 1;
    int lines = 1;
    long pitch = 0;
    for (int axis = columns.length - 1; axis >= 0; axis--) {
      if (columns[axis] == 1) {
        continue;
      }
      if (lines == 1 && strides[axis] == (long) line * bytes) {
        line *= columns[axis];
      } else if (lines == 1 || strides[axis] == pitch * lines) {
        pitch = lines == 1 ? strides[axis] : pitch;
        lines *= columns[axis];
      } else {
        return null;
      }
    }
    if (lines == 1) {
      return new Windows(sizes, steps, line, line, line);
    }
    // What is computed and left out must be less than what is not.
    boolean isNear = pitch % bytes == 0 && pitch / bytes >= line && pitch / bytes < 2L * line;
    if (!isNear) {
      return null;
    }
    int apart = (int) (pitch / bytes);
    return new Windows(sizes, steps, line, apart, (lines - 1) * apart + line);
  }

  /** Whether some columns are left out. */
  boolean hasGaps() {
    return pitch > line;
  }

  /** The columns of the result before a column. */
  int before(int column) {
    return column / pitch * line + Math.min(column % pitch, line);
  }

  /** The rows, of which each has 64 bits in a list. */
  long listBytes() {
    long rows = 1;
    for (int size : sizes) {
      rows *= size;
    }
    return rows * Long.BYTES;
  }

  /** Writes where rows begin, in bytes from the first. */
  void list(long to) {
    int[] index = new int[sizes.length];
    long at = 0;
    for (long end = to + listBytes(); to < end; to += Long.BYTES) {
      ALL.set(ValueLayout.JAVA_LONG, to, at);
      int axis = sizes.length - 1;
      at += steps[axis];
      while (++index[axis] == sizes[axis] && axis > 0) {
        at += steps[axis - 1] - steps[axis] * sizes[axis];
        index[axis] = 0;
        axis--;
      }
    }
  }
}
