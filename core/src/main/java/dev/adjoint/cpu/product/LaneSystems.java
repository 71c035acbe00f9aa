package dev.adjoint.cpu.product;

import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/** Solutions of many small triangular systems: those of a group are in the lanes of {@link LaneCode}. */
final class LaneSystems {
  private final Kernel.SolveTriangular kernel;
  private final Batch batch;
  private final LaneCode code;
  private final int n;
  private final int columns;

  /** The bytes from a right side's element to that below it. */
  private final long row;

  /** Whether matrices are read along their columns, whose elements are neighbours. */
  private final boolean turned;

  LaneSystems(Kernel.SolveTriangular kernel, Batch batch, LaneCode code) {
    this.kernel = kernel;
    this.batch = batch;
    this.code = code;
    n = batch.size(0);
    columns = batch.size(1);
    row = (long) columns * code.vector;
    turned = Math.abs(batch.stride(1, 2)) != 1 && Math.abs(batch.stride(1, 0)) == 1;
  }

  /** Solves the systems of a range. */
  void solve(long start, long end, MemorySegment matrix, MemorySegment from, MemorySegment to) {
    long line = (long) n * code.vector;
    try (Scratch scratch = Scratch.take()) {
      long a = scratch.room(n * line + n * row + line);
      long x = a + n * line;
      long negated = x + n * row;
      for (long number = start; number < end; number += code.lanes) {
        int count = (int) Math.min(code.lanes, end - number);
        takeMatrices(number, count, matrix.address(), a, line);
        takeSides(number, count, from.address(), x);
        steps(a, line, x, negated);
        give(number, count, x, to.address());
      }
    }
  }

  /** Lines of neighbours are read forwards, also where indices count them backwards. */
  private boolean isReversed() {
    return batch.stride(1, turned ? 0 : 2) < 0;
  }

  private void takeMatrices(long number, int count, long address, long a, long line) {
    long distance = LaneCode.distance(batch, 1, number, count);
    long between = batch.stride(1, turned ? 2 : 0);
    long along = batch.stride(1, turned ? 0 : 2);
    for (int i = 0; i < n; i++) {
      long first = i * between + (isReversed() ? (n - 1) * along : 0);
      long to = a + i * line;
      code.take(batch, 1, number, count, distance, address, first, Math.abs(along), n, to);
    }
  }

  private void takeSides(long number, int count, long address, long x) {
    long distance = LaneCode.distance(batch, 2, number, count);
    long down = batch.stride(2, 0);
    long right = batch.stride(2, 1);
    boolean follow = down == columns * right;
    int rows = follow ? 1 : n;
    int wide = n * columns / rows;
    for (int i = 0; i < rows; i++) {
      code.take(batch, 2, number, count, distance, address, i * down, right, wide, x + i * row);
    }
  }

  private void give(long number, int count, long x, long address) {
    long distance = LaneCode.distance(batch, 0, number, count);
    long down = batch.stride(0, 0);
    int rows = down == columns ? 1 : n;
    for (int i = 0; i < rows; i++) {
      long first = i * down;
      code.give(x + i * row, n * columns / rows, batch, number, count, distance, address, first);
    }
  }

  private void steps(long a, long line, long x, long negated) {
    long along = isReversed() ? -code.vector : code.vector;
    long start = isReversed() ? a + line - code.vector : a;
    long down = turned ? along : line;
    long right = turned ? line : along;
    for (int j = 0; j < n; j++) {
      long diagonal = start + j * down + j * right;
      long known = x + j * row;
      if (!kernel.unit()) {
        code.divide(known, code.vector, diagonal, columns);
      }
      int below = n - j - 1;
      code.negate(diagonal + down, down, below, negated);
      code.add(known + row, row, negated, known, below, columns);
    }
  }
}
