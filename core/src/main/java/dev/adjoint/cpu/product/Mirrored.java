package dev.adjoint.cpu.product;

import dev.adjoint.cpu.loop.Packing;
import dev.adjoint.cpu.memory.Scratch;
import org.jspecify.annotations.Nullable;

/**
 * A first factor whose rows are runs of memory that are read from their ends, as those of the filters are in the gradient of a
 * convolution by its input: element (i, p) is {@code run - 1 - p % run} elements behind the beginning of a run.
 *
 * <p>It is copied to rows along k, so that tiles read their lines from end to end. Both sides of the copy are lines of neighbours
 * that are turned in registers: what lies between them is a strip with neighbours along the rows.
 *
 * @param of where the elements lie
 * @param outer the axes of k that runs are counted along
 * @param run the elements of a run
 */
record Mirrored(Copied of, int outer, int run) {
  /** Rows of a strip. */
  private static final int ROWS = 32;

  /** Elements of a row that are in a strip at a time at most, which stays in the first cache. */
  private static final int DEEP = 144;

  private static final int LINE = 64;

  /** A factor in this way, or null if it is none. */
  static @Nullable Mirrored of(Copied copied) {
    int run = 1;
    int axis = copied.depth().length - 1;
    while (axis >= 0
        && (copied.depth()[axis] == 1 || copied.steps()[axis] == -(long) run * copied.bytes())) {
      run *= copied.depth()[axis--];
    }
    return copied.rows().length == 1 && run > 1 ? new Mirrored(copied, axis + 1, run) : null;
  }

  /** How parts lie in memory. */
  Matrix layout() {
    return new Matrix(0, LINE, of.bytes());
  }

  /**
   * The operand of a product.
   *
   * @param from the address of its first element
   */
  Gemm.Operand at(long from) {
    return (row, rows, depth, deep, scratch, workers) -> {
      int bytes = of.bytes();
      // Not a multiple of the distance at which rows fall into the same sets of a cache.
      long stride = (long) Gemm.ceil(deep * bytes, LINE) + LINE;
      long room = scratch.room(rows * stride);
      workers.run(
          Math.ceilDiv(rows, ROWS),
          task -> {
            int first = task * ROWS;
            int count = Math.min(ROWS, rows - first);
            long start = from + (row + first) * of.strides()[0];
            copy(start, count, depth, deep, new Matrix(room + first * stride, stride, bytes));
          });
      return new Matrix(room - row * stride - (long) depth * bytes, stride, bytes);
    };
  }

  /** Copies some rows, from column {@code depth} on. */
  private void copy(long from, int rows, int depth, int deep, Matrix to) {
    Packing packing = Packing.of(of.bytes());
    long line = (long) ROWS * of.bytes();
    try (Scratch scratch = Scratch.take()) {
      long strip = scratch.room(DEEP * line);
      for (int done = 0; done < deep; done += DEEP) {
        int count = Math.min(DEEP, deep - done);
        int p = 0;
        while (p < count) {
          int within = (depth + done + p) % run;
          int length = Math.min(run - within, count - p);
          long begin = Copied.at((depth + done + p) / run, of.depth(), of.steps(), outer);
          long last = from + begin - (within + length - 1L) * of.bytes();
          long end = strip + (p + length - 1) * line;
          packing.copy(last, of.bytes(), of.strides()[0], length, rows, end, -line);
          p += length;
        }
        packing.copy(strip, of.bytes(), line, rows, count, to.at(0, done), to.rowStride());
      }
    }
  }
}
