package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;

/** The code of a loop kernel, generated as a hidden class: a rectangle of rows and columns of its index space. */
interface LoopCode {
  /** The position of the row stride among the {@code 2 + reduction axes} strides of an access. */
  int ROW = 0;

  /** The position of the lane stride. */
  int LANE = 1;

  /** The position of the first reduction axis' stride. */
  int REDUCE = 2;

  /**
   * Runs the kernel for every row of a range. Columns run along the lane axis; where lanes reduce, the range must be
   * the whole axis.
   *
   * @param segments the memory of each access; null for index accesses
   * @param bases for each access the byte position of row 0 and column 0; for index accesses the number there
   * @param strides for each access the strides along the rows, the lanes and each reduction axis, in bytes; for index
   *     accesses in units
   * @param scalars the raw bits of the scalars
   * @param sizes the sizes of the reduction axes, without the lane axis
   * @param row0 the first row
   * @param rows the number of rows
   * @param col0 the first column
   * @param cols the number of columns; may be 0 where lanes reduce
   */
  void run(
      MemorySegment[] segments,
      long[] bases,
      long[] strides,
      long[] scalars,
      int[] sizes,
      int row0,
      int rows,
      int col0,
      int cols);
}
