package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.graph.Factorization;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** L of Cholesky, or L and U, of many small matrices: those of a group are in the lanes of {@link LaneCode}. */
final class LaneFactors {
  private final Kernel.Factorize kernel;
  private final Batch batch;
  private final LaneCode code;
  private final int m;
  private final int n;

  /** The columns of the result. */
  private final int wide;

  private final int bytes;

  /** The bytes from an element to that below it. */
  private final long row;

  LaneFactors(Kernel.Factorize kernel, Batch batch, LaneCode code) {
    this.kernel = kernel;
    this.batch = batch;
    this.code = code;
    m = batch.size(0);
    n = batch.size(1);
    wide = kernel.f() == Factorization.LU ? n + 1 : n;
    bytes = kernel.dtype().bytes();
    row = (long) wide * code.vector;
  }

  /** Factorizes the matrices of a range. */
  void compute(long start, long end, MemorySegment source, long address) {
    try (Scratch scratch = Scratch.take()) {
      long x = scratch.room(m * row + 2L * m * code.vector);
      long column = x + m * row;
      for (long number = start; number < end; number += code.lanes) {
        int count = (int) Math.min(code.lanes, end - number);
        take(number, count, source.address(), x);
        if (kernel.f() == Factorization.LU) {
          lu(x, column, count);
        } else {
          cholesky(x, column);
        }
        give(number, count, x, address);
      }
    }
  }

  private void take(long number, int count, long source, long x) {
    long distance = LaneCode.distance(batch, 1, number, count);
    long right = batch.stride(1, 1);
    for (int i = 0; i < m; i++) {
      long first = i * batch.stride(1, 0);
      code.take(batch, 1, number, count, distance, source, first, right, n, x + i * row);
    }
  }

  private void give(long number, int count, long x, long address) {
    long distance = LaneCode.distance(batch, 0, number, count);
    boolean follow = batch.stride(0, 0) == wide;
    int rows = follow ? 1 : m;
    for (int i = 0; i < rows; i++) {
      long first = i * batch.stride(0, 0);
      code.give(x + i * row, m * wide / rows, batch, number, count, distance, address, first);
    }
  }

  private long at(long x, int i, int j) {
    return x + i * row + (long) j * code.vector;
  }

  private void cholesky(long x, long column) {
    long negated = column + (long) n * code.vector;
    for (int k = 0; k < n; k++) {
      int below = n - k - 1;
      long pivot = at(x, k, k);
      code.root(pivot);
      code.multipliers(pivot + row, row, pivot, below, column, negated);
      code.addTriangle(at(x, k + 1, k + 1), row, negated, column, below);
      ALL.asSlice(at(x, k, k + 1), (long) below * code.vector).fill((byte) 0);
    }
  }

  private void lu(long x, long column, int count) {
    long negated = column + (long) m * code.vector;
    for (int i = 0; i < m; i++) {
      for (int lane = 0; lane < count; lane++) {
        set(at(x, i, n) + (long) lane * bytes, i);
      }
    }
    for (int k = 0; k < Math.min(m, n); k++) {
      for (int lane = 0; lane < count; lane++) {
        exchange(x + (long) lane * bytes, k);
      }
      int below = m - k - 1;
      long pivot = at(x, k, k);
      code.multipliers(pivot + row, row, pivot, below, column, negated);
      code.add(at(x, k + 1, k + 1), row, negated, at(x, k, k + 1), below, n - k - 1);
    }
  }

  private void set(long at, int value) {
    if (kernel.dtype() == DType.F32) {
      ALL.set(ValueLayout.JAVA_FLOAT, at, value);
    } else {
      ALL.set(ValueLayout.JAVA_DOUBLE, at, value);
    }
  }

  /** Exchanges row k of one matrix with the first of those from it on with the largest absolute value in column k. */
  private void exchange(long x, int k) {
    int best = largest(x, k);
    if (best != k) {
      long distance = (best - k) * row;
      long end = at(x, k, wide);
      for (long at = at(x, k, 0); at < end; at += code.vector) {
        exchange(at, at + distance);
      }
    }
  }

  private void exchange(long a, long b) {
    if (kernel.dtype() == DType.F32) {
      int old = ALL.get(ValueLayout.JAVA_INT, a);
      ALL.set(ValueLayout.JAVA_INT, a, ALL.get(ValueLayout.JAVA_INT, b));
      ALL.set(ValueLayout.JAVA_INT, b, old);
    } else {
      long old = ALL.get(ValueLayout.JAVA_LONG, a);
      ALL.set(ValueLayout.JAVA_LONG, a, ALL.get(ValueLayout.JAVA_LONG, b));
      ALL.set(ValueLayout.JAVA_LONG, b, old);
    }
  }

  private int largest(long x, int k) {
    int best = k;
    long at = at(x, k, k);
    double largest = size(at);
    for (int i = k + 1; i < m; i++) {
      at += row;
      double size = size(at);
      if (size > largest) {
        best = i;
        largest = size;
      }
    }
    return best;
  }

  private double size(long at) {
    boolean single = kernel.dtype() == DType.F32;
    return Math.abs(
        single ? ALL.get(ValueLayout.JAVA_FLOAT, at) : ALL.get(ValueLayout.JAVA_DOUBLE, at));
  }
}
