package dev.adjoint.cpu.loop;

/** Runs a loop kernel on a rectangle of rows and columns of its index space. */
public interface LoopCode {
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
   * @param cols the number of columns; may be 0 where lanes reduce
   */
  void run(LoopArguments arguments, int row0, int rows, int col0, int cols);

  /** Code for the same whose results go past the caches, where there is such code; see {@link Streaming}. */
  default LoopCode streaming() {
    return this;
  }

  /** Runs parts of a kernel's index space that differ only in their bases and sizes, one after the other, by one thread. */
  interface Parts extends AutoCloseable {
    /** Runs the first rows and columns from some bases on. */
    void run(long[] bases, int rows, int cols);

    @Override
    default void close() {}
  }

  /** What runs parts of at most so many columns. */
  default Parts parts(LoopArguments arguments, int most) {
    return (bases, rows, cols) -> run(arguments.at(bases), 0, rows, 0, cols);
  }
}
