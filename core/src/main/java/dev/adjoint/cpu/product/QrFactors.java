package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/** Room for Q and R of one matrix at a time. */
final class QrFactors {
  private final Batch batch;
  private final int bytes;
  private final int m;
  private final int n;

  /** The rows of Q, which are those of the matrix before, then those of R, whose lower triangle stays 0, and one to work with. */
  private final MatrixRows x;

  QrFactors(Kernel.Factorize kernel, Batch batch) {
    this.batch = batch;
    this.bytes = kernel.dtype().bytes();
    this.m = batch.size(0);
    this.n = batch.size(1);
    this.x = MatrixRows.of(kernel.dtype(), m + n + 1, n);
  }

  /** Computes the factors of a matrix of the batch. */
  void compute(long number, MemorySegment from, long address) {
    long to = address / bytes + batch.at(0, number);
    long source = batch.at(1, number);
    for (int i = 0; i < m; i++) {
      x.read(i, 0, n, from, source + i * batch.stride(1, 0), batch.stride(1, 1));
    }
    for (int k = 0; k < n; k++) {
      double t = reflection(k);
      reflect(k, t);
      x.copy(m + k, k, k + 1, n);
      x.set(k, k, t);
    }
    for (int k = n - 1; k >= 0; k--) {
      double t = x.get(k, k);
      reflect(k, t);
      x.set(k, k, x.round(1 - t));
      for (int i = 0; i < m; i++) {
        if (i != k) {
          x.set(i, k, i < k ? 0 : x.round(-t * x.get(i, k)));
        }
      }
    }
    for (int i = 0; i < m + n; i++) {
      x.write(i, 0, n, ALL, to + i * batch.stride(0, 0), 1);
    }
  }

  /** Finds the reflection of column k, whose vector takes the place of the column below row k; writes the diagonal of R. */
  private double reflection(int k) {
    double first = x.get(k, k);
    double largest = Math.abs(first);
    boolean done = true;
    for (int i = k + 1; i < m; i++) {
      double size = Math.abs(x.get(i, k));
      largest = size > largest ? size : largest;
      done &= size == 0;
    }
    if (done) {
      x.set(m + k, k, first);
      return 0;
    }
    double sum = 0;
    for (int i = k; i < m; i++) {
      double part = x.round(x.get(i, k) / largest);
      sum = x.fma(part, part, sum);
    }
    double length = x.round(largest * x.round(Math.sqrt(sum)));
    double taken = first >= 0 ? -length : length;
    double divisor = x.round(first - taken);
    for (int i = k + 1; i < m; i++) {
      x.set(i, k, x.round(x.get(i, k) / divisor));
    }
    x.set(m + k, k, taken);
    return x.round(x.round(taken - first) / taken);
  }

  /** Applies reflection k to the columns behind k. */
  private void reflect(int k, double t) {
    int w = m + n;
    x.copy(w, k, k + 1, n);
    for (int i = k + 1; i < m; i++) {
      x.addScaled(w, x.get(i, k), i, k + 1, n);
    }
    x.scale(w, t, k + 1, n);
    x.addScaled(k, -1, w, k + 1, n);
    for (int i = k + 1; i < m; i++) {
      x.addScaled(i, -x.get(i, k), w, k + 1, n);
    }
  }
}
