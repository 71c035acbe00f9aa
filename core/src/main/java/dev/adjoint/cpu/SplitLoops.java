package dev.adjoint.cpu;

/**
 * Loops in three parts: for the columns that fill groups of vectors, those that fill vectors, and the others. Vectors have no
 * masks, since masked code takes the JVM much longer to compile than the last columns take.
 */
abstract class SplitLoops implements LoopCode {
  /** The rows after which the next part follows, so that it finds their memory in the cache. */
  private static final int ROWS_AT_ONCE = 16;

  private final int lanes;
  private final int group;

  /**
   * Code for vectors of a number of lanes.
   *
   * @param lanes a power of two
   * @param width the number of vectors in a group, a power of two
   */
  SplitLoops(int lanes, int width) {
    this.lanes = lanes;
    this.group = lanes * width;
  }

  /** Handles columns that fill groups of vectors. */
  abstract void wide(LoopArguments arguments, int row0, int rows, int col0, int cols);

  /** Handles columns that fill vectors; not called where a group is one vector. */
  void narrow(LoopArguments arguments, int row0, int rows, int col0, int cols) {
    throw new IllegalStateException("kernel: no columns are left over");
  }

  /** Handles any columns. */
  abstract void rest(LoopArguments arguments, int row0, int rows, int col0, int cols);

  @Override
  public final void run(LoopArguments arguments, int row0, int rows, int col0, int cols) {
    int wide = cols & -group;
    int vectors = cols & -lanes;
    int atOnce = wide == cols ? rows : Math.min(rows, ROWS_AT_ONCE);
    for (int done = 0; done < rows; done += atOnce) {
      int row = row0 + done;
      int n = Math.min(atOnce, rows - done);
      if (wide > 0) {
        wide(arguments, row, n, col0, wide);
      }
      if (vectors > wide) {
        narrow(arguments, row, n, col0 + wide, vectors - wide);
      }
      if (cols > vectors) {
        rest(arguments, row, n, col0 + vectors, cols - vectors);
      }
    }
  }
}
