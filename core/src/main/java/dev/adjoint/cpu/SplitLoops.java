package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;

/** Vector code in two parts: for the columns that fill vectors, and for the others. */
abstract class SplitLoops implements LoopCode {
  /** The rows after which the part for the rest follows, so that it finds their memory in the cache. */
  private static final int ROWS_AT_ONCE = 16;

  private final int group;

  /** Code whose main part handles columns in groups of a size, a power of two. */
  SplitLoops(int group) {
    this.group = group;
  }

  /** Handles all whole groups of columns. */
  abstract void main(
      MemorySegment[] segments,
      long[] bases,
      long[] strides,
      long[] scalars,
      int[] sizes,
      int row0,
      int rows,
      int col0,
      int cols);

  /** Handles the columns behind the last whole group. */
  abstract void rest(
      MemorySegment[] segments,
      long[] bases,
      long[] strides,
      long[] scalars,
      int[] sizes,
      int row0,
      int rows,
      int col0,
      int cols);

  @Override
  public final void run(
      MemorySegment[] segments,
      long[] bases,
      long[] strides,
      long[] scalars,
      int[] sizes,
      int row0,
      int rows,
      int col0,
      int cols) {
    if ((cols & (group - 1)) == 0) {
      main(segments, bases, strides, scalars, sizes, row0, rows, col0, cols);
    } else if (cols < group) {
      rest(segments, bases, strides, scalars, sizes, row0, rows, col0, cols);
    } else {
      for (int done = 0; done < rows; done += ROWS_AT_ONCE) {
        int n = Math.min(ROWS_AT_ONCE, rows - done);
        main(segments, bases, strides, scalars, sizes, row0 + done, n, col0, cols);
        rest(segments, bases, strides, scalars, sizes, row0 + done, n, col0, cols);
      }
    }
  }
}
