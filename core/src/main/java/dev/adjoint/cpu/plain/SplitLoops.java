package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;

/**
 * Loops in two parts: for the columns that fill vectors, and the others. Vectors have no masks, since masked code takes the JVM
 * much longer to compile than the last columns take.
 */
abstract class SplitLoops implements LoopCode {
  /** The rows after which the next part follows, so that it finds their memory in the cache. */
  private static final int ROWS_AT_ONCE = 16;

  private final int lanes;

  /**
   * Code for vectors of a number of lanes.
   *
   * @param lanes a power of two
   */
  SplitLoops(int lanes) {
    this.lanes = lanes;
  }

  /** Handles columns that fill vectors. */
  abstract void vectors(LoopArguments arguments, int row0, int rows, int col0, int cols);

  /** Handles any columns. */
  abstract void rest(LoopArguments arguments, int row0, int rows, int col0, int cols);

  @Override
  public final void run(LoopArguments arguments, int row0, int rows, int col0, int cols) {
    int vectors = cols & -lanes;
    int atOnce = vectors == cols ? rows : Math.min(rows, ROWS_AT_ONCE);
    for (int done = 0; done < rows; done += atOnce) {
      int row = row0 + done;
      int n = Math.min(atOnce, rows - done);
      if (vectors > 0) {
        vectors(arguments, row, n, col0, vectors);
      }
      if (cols > vectors) {
        rest(arguments, row, n, col0 + vectors, cols - vectors);
      }
    }
  }
}
