package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/**
 * Room for L of Cholesky, or L and U, of one matrix at a time. Some columns, a panel, are factorized in arrays of their own; what
 * they mean for all columns behind them is a matrix product, whose chains of multiply-adds are those of the steps one by one.
 */
final class BlockFactors {
  private static final int PANEL = 8;

  /** Matrices of so many columns have wider panels. */
  private static final int LARGE = 128;

  private static final int LARGE_PANEL = 32;

  /** Rows of a lower triangle that are updated together. */
  private static final int STRIP = 64;

  private final Batch batch;
  private final Update update;
  private final int m;
  private final int n;
  private final int panel;

  /** The columns of a panel, then a row to copy by, and one of zeros. */
  private final MatrixRows x;

  private final int[] pivots;

  BlockFactors(Kernel.Factorize kernel, Batch batch) {
    this.batch = batch;
    this.update = new Update(Gemm.kernel(kernel.dtype()), kernel.dtype().bytes());
    this.m = batch.size(0);
    this.n = batch.size(1);
    this.panel = Math.min(Math.min(m, n), n < LARGE ? PANEL : LARGE_PANEL);
    this.x = MatrixRows.of(kernel.dtype(), panel + 2, Math.max(m, n + 1));
    this.pivots = new int[panel];
  }

  /** Where the factors of a matrix are, in elements of all memory. */
  private record Result(long at, long wide, int bytes) {
    long element(int i, int j) {
      return at + i * wide + j;
    }

    Matrix from(int i, int j) {
      return new Matrix(element(i, j) * bytes, wide * bytes, bytes);
    }
  }

  private Result result(long number, long address) {
    long at = address / update.bytes() + batch.at(0, number);
    return new Result(at, batch.stride(0, 0), update.bytes());
  }

  void cholesky(long number, MemorySegment source, long address) {
    Result to = result(number, address);
    long from = batch.at(1, number);
    for (int i = 0; i < n; i++) {
      x.read(panel, 0, i + 1, source, from + i * batch.stride(1, 0), batch.stride(1, 1));
      x.write(panel, 0, i + 1, ALL, to.element(i, 0), 1);
    }
    for (int first = 0; first < n; first += panel) {
      int end = Math.min(first + panel, n);
      for (int k = first; k < end; k++) {
        x.read(k - first, k, n, ALL, to.element(k, k), to.wide);
      }
      for (int k = first; k < end; k++) {
        int r = k - first;
        double pivot = x.get(r, k);
        double root = pivot > 0 ? x.round(Math.sqrt(pivot)) : Double.NaN;
        x.set(r, k, root);
        x.divide(r, root, k + 1, n);
        for (int j = k + 1; j < end; j++) {
          x.addScaled(j - first, -x.get(r, j), r, j, n);
        }
        x.write(r, k, n, ALL, to.element(k, k), to.wide);
      }
      triangleBehind(to, first, end);
    }
    for (int i = 0; i < n; i++) {
      x.write(panel + 1, i + 1, n, ALL, to.element(i, i + 1), 1);
    }
  }

  /** The lower triangle behind a panel, in strips of rows, whose products reach into the upper one. */
  private void triangleBehind(Result to, int first, int end) {
    try (Scratch scratch = Scratch.take()) {
      int count = end - first;
      long room = scratch.room((long) count * n * update.bytes());
      Matrix right = negated(room, count, end, n);
      for (int row = end; row < n; row += STRIP) {
        int below = Math.min(row + STRIP, n);
        update.add(
            to.from(row, first),
            right.at(end, 0),
            right.columnStride(),
            to.from(row, end),
            below - row,
            below - end,
            count);
      }
    }
  }

  /** The columns of the panel, from a row on, times -1, one after the other in memory. */
  private Matrix negated(long address, int count, int start, int rows) {
    int bytes = update.bytes();
    for (int r = 0; r < count; r++) {
      x.scale(r, -1, start, rows);
      x.write(r, start, rows, ALL, address / bytes + (long) r * rows + start, 1);
    }
    return new Matrix(address, bytes, (long) rows * bytes);
  }

  void lu(long number, MemorySegment source, long address) {
    Result to = result(number, address);
    long from = batch.at(1, number);
    for (int i = 0; i < m; i++) {
      x.read(panel, 0, n, source, from + i * batch.stride(1, 0), batch.stride(1, 1));
      x.set(panel, n, i);
      x.write(panel, 0, n + 1, ALL, to.element(i, 0), 1);
    }
    int steps = Math.min(m, n);
    for (int first = 0; first < steps; first += panel) {
      int end = Math.min(first + panel, steps);
      for (int k = first; k < end; k++) {
        x.read(k - first, first, m, ALL, to.element(first, k), to.wide);
      }
      for (int k = first; k < end; k++) {
        pivots[k - first] = pivot(k, first, end);
      }
      for (int k = first; k < end; k++) {
        exchange(to, k, pivots[k - first]);
      }
      for (int k = first; k < end; k++) {
        x.write(k - first, first, m, ALL, to.element(first, k), to.wide);
      }
      if (end < n) {
        behind(to, first, end);
      }
    }
  }

  /** Step k in the columns of the panel; the row that is exchanged with row k. */
  private int pivot(int k, int first, int end) {
    int r = k - first;
    int best = x.largest(r, k, m);
    for (int c = 0; best != k && c < end - first; c++) {
      double other = x.get(c, k);
      x.set(c, k, x.get(c, best));
      x.set(c, best, other);
    }
    double pivot = x.get(r, k);
    if (pivot != 0) {
      x.divide(r, pivot, k + 1, m);
    }
    for (int c = r + 1; c < end - first; c++) {
      x.addScaled(c, -x.get(c, k), r, k + 1, m);
    }
    return best;
  }

  private void exchange(Result to, int a, int b) {
    if (a != b) {
      long bytes = (n + 1L) * update.bytes();
      x.read(panel, 0, n + 1, ALL, to.element(a, 0), 1);
      MemorySegment.copy(ALL, to.from(b, 0).address(), ALL, to.from(a, 0).address(), bytes);
      x.write(panel, 0, n + 1, ALL, to.element(b, 0), 1);
    }
  }

  /** The columns behind a panel: the rows beside it one by one, and those below it together. */
  private void behind(Result to, int first, int end) {
    try (Scratch scratch = Scratch.take()) {
      int count = end - first;
      long room = scratch.room((long) count * m * update.bytes());
      Matrix left = negated(room, count, first, m);
      long b = to.from(first, end).address();
      for (int row = first + 1; row <= end && row < m; row++) {
        int rows = row < end ? 1 : m - end;
        update.add(
            new Matrix(left.at(row, 0), left.rowStride(), left.columnStride()),
            b,
            to.wide * update.bytes(),
            to.from(row, end),
            rows,
            n - end,
            row - first);
      }
    }
  }
}
