package dev.adjoint.cpu.plain;

import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/** Room for the factors of one matrix at a time. */
final class MatrixFactors {
  private final Kernel.Factorize kernel;
  private final Batch batch;
  private final int m;
  private final int n;

  /** What the result has, and behind it a row to work with. Of rows that are triangular, the rest stays 0. */
  private final MatrixRows x;

  MatrixFactors(Kernel.Factorize kernel, Batch batch) {
    this.kernel = kernel;
    this.batch = batch;
    this.m = batch.size(0);
    this.n = batch.size(1);
    this.x =
        switch (kernel.f()) {
          case CHOLESKY -> MatrixRows.of(kernel.dtype(), n, n);
          case LU -> MatrixRows.of(kernel.dtype(), m, n + 1);
          case QR -> MatrixRows.of(kernel.dtype(), m + n + 1, n);
        };
  }

  /** Computes the factors of a matrix of the batch. */
  void compute(long number, MemorySegment from, MemorySegment to) {
    long source = batch.at(1, number);
    long down = batch.stride(1, 0);
    long along = batch.stride(1, 1);
    long result = batch.at(0, number);
    long row = batch.stride(0, 0);
    switch (kernel.f()) {
      case CHOLESKY -> {
        // Row j of x is column j of the matrix, so that the steps go along rows.
        for (int j = 0; j < n; j++) {
          x.read(j, j, n, from, source + j * (down + along), down);
        }
        cholesky();
        for (int j = 0; j < n; j++) {
          x.write(j, n, to, result + j, row);
        }
      }
      case LU -> {
        for (int i = 0; i < m; i++) {
          x.read(i, 0, n, from, source + i * down, along);
          x.set(i, n, i);
        }
        lu();
        for (int i = 0; i < m; i++) {
          x.write(i, n + 1, to, result + i * row, 1);
        }
      }
      case QR -> {
        for (int i = 0; i < m; i++) {
          x.read(i, 0, n, from, source + i * down, along);
        }
        qr();
        for (int i = 0; i < m + n; i++) {
          x.write(i, n, to, result + i * row, 1);
        }
      }
    }
  }

  private void cholesky() {
    for (int k = 0; k < n; k++) {
      double pivot = x.get(k, k);
      double root = pivot > 0 ? x.round(Math.sqrt(pivot)) : Double.NaN;
      x.set(k, k, root);
      x.divide(k, root, k + 1, n);
      for (int i = k + 1; i < n; i++) {
        x.addScaled(i, -x.get(k, i), k, i, n);
      }
    }
  }

  private void lu() {
    for (int k = 0; k < Math.min(m, n); k++) {
      int best = k;
      for (int i = k + 1; i < m; i++) {
        if (Math.abs(x.get(i, k)) > Math.abs(x.get(best, k))) {
          best = i;
        }
      }
      x.exchange(k, best);
      double pivot = x.get(k, k);
      for (int i = k + 1; i < m; i++) {
        double factor = pivot == 0 ? x.get(i, k) : x.round(x.get(i, k) / pivot);
        x.set(i, k, factor);
        x.addScaled(i, -factor, k, k + 1, n);
      }
    }
  }

  /** The rows of Q are made where those of the matrix are, and the rows of R behind them. */
  private void qr() {
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
