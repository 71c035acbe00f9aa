package dev.adjoint.cpu;

import dev.adjoint.DType;
import java.lang.foreign.MemorySegment;

/**
 * A matrix product of one size, blocked for the caches. Both operands are packed into arrays that the {@linkplain MicroKernel
 * micro-kernel} reads in sequence; then blocks of the result are computed side by side, each over all of k.
 *
 * <p>Each element is one chain over k, however the work is cut, so no result depends on the number of threads.
 */
final class Gemm {
  private static final int KC = MicroKernels.KC;

  /** Elements of one packed operand at most; larger products are done part by part. */
  private static final int PANEL_LIMIT = 4 << 20;

  /** The largest part of k that is packed at a time. */
  private static final int K_LIMIT = 8 * KC;

  /** The largest block of the result, which stays in the second cache together with its part of a. */
  private static final int BLOCK_ROWS = 264;

  private static final int BLOCK_COLUMNS = 512;

  /** Elements of a block that are worth the overhead of a task, however small k is. */
  private static final int BLOCK_AREA = 24 << 10;

  /** Multiply-adds that are worth a task of their own. */
  private static final long TASK_WORK = 1 << 19;

  /** Tasks per thread, so that a thread that is held up leaves work to the others. */
  private static final int TASKS_PER_THREAD = 4;

  /** Estimates of the cycles to pack an element: copied, turned in registers, or picked one by one. */
  private static final double COPY = 0.2;

  private static final double TURN = 0.5;
  private static final double PICK = 2;

  private final DType dtype;
  private final int m;
  private final int n;
  private final int partRows;
  private final int partColumns;

  /** The length of the sums. */
  final int k;

  /** Whether the transposed product is computed, because packing is then cheaper. */
  final boolean swapped;

  final MicroKernels kernels;

  /** The rows of a tile. */
  final int height;

  /** The columns of a tile. */
  final int width;

  /** The rows of a block of the result, which one task computes. */
  final int blockRows;

  /** The columns of a block of the result. */
  final int blockColumns;

  /** A matrix in memory: element (i, j) is at {@code offset + i * rowStride + j * columnStride}. */
  record Matrix(MemorySegment memory, long offset, long rowStride, long columnStride) {}

  /** Which elements of a matrix are neighbours in memory. */
  enum Contiguous {
    ROWS,
    COLUMNS,
    NOTHING;

    static Contiguous of(long rowStride, long columnStride) {
      return columnStride == 1 ? ROWS : rowStride == 1 ? COLUMNS : NOTHING;
    }
  }

  /** What is done to a rectangle of the result as soon as it is complete. */
  interface Finish {
    void run(int row, int rows, int column, int columns);
  }

  /**
   * A product of an m x k by a k x n matrix.
   *
   * @param a what is contiguous in the first operand: rows means along k
   * @param b what is contiguous in the second operand, read over (n, k): rows means along k
   * @param threads the number of threads to cut the work for
   */
  Gemm(DType dtype, int m, int n, int k, Contiguous a, Contiguous b, int threads) {
    this.dtype = dtype;
    kernels = MicroKernels.of(dtype);
    width = kernels.columns();
    double direct = cost(m, n, k, a, b);
    double turned = cost(n, m, k, b, a) + TURN * m * n;
    swapped = turned < direct;
    this.m = swapped ? n : m;
    this.n = swapped ? m : n;
    this.k = k;
    height = height(this.m);
    int kPart = Math.min(k, K_LIMIT);
    int kBlocks = Math.max(1, ceilDiv(kPart, KC));
    partRows = Math.max(1, PANEL_LIMIT / (kBlocks * MicroKernels.LDA) / height) * height;
    partColumns = Math.max(1, PANEL_LIMIT / Math.max(1, kPart) / width) * width;
    int rows = Math.min(partRows, ceil(Math.max(1, this.m), height));
    int columns = Math.min(partColumns, ceil(Math.max(1, this.n), width));
    long work = (long) rows * columns * Math.max(1, k);
    long tasks = threads == 1 ? 1 : Math.clamp(work / TASK_WORK, 1, TASKS_PER_THREAD * threads);
    int high = Math.min(BLOCK_ROWS / height, rows / height);
    int wide = Math.min(BLOCK_COLUMNS / width, columns / width);
    // A block that is soon done stays small, to be in the first or second cache when it is copied to the result.
    long area = Math.max(BLOCK_AREA, (long) BLOCK_COLUMNS * k);
    while ((high > 1 || wide > 1)
        && ((long) high * height * wide * width > area
            || (long) ceilDiv(rows / height, high) * ceilDiv(columns / width, wide) < tasks)) {
      if (wide == 1 || (high > 1 && high * height >= wide * width)) {
        high = ceilDiv(high, 2);
      } else {
        wide = ceilDiv(wide, 2);
      }
    }
    blockRows = high * height;
    blockColumns = wide * width;
  }

  /** An estimate of the time of a product in cycles: multiply-adds, with those of the padding, and packing. */
  private double cost(int m, int n, int k, Contiguous a, Contiguous b) {
    double products = (double) ceil(m, height(m)) * ceil(n, width) * k / width;
    double rows = a == Contiguous.ROWS ? COPY : a == Contiguous.COLUMNS ? TURN : PICK;
    double strips = b == Contiguous.COLUMNS ? COPY : b == Contiguous.ROWS ? TURN : PICK;
    return products + rows * m * k + strips * n * k;
  }

  private int height(int m) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int h : kernels.heights()) {
      // A lower tile loads more per multiply-add.
      double time = ceil(m, h) * (1 + 2.0 / h);
      if (time < least) {
        least = time;
        best = h;
      }
    }
    return best;
  }

  /**
   * Computes {@code c = a * b}. The columns of {@code c} are neighbours.
   *
   * @param b over (n, k): element (j, p) is the factor in row p and column j
   */
  void run(Matrix a, Matrix b, Matrix c, Finish finish, Workers workers) {
    if (m == 0 || n == 0) {
      return;
    }
    Matrix left = swapped ? b : a;
    Matrix right = swapped ? a : b;
    Scratch own = takeScratch();
    for (int column = 0; column < n; column += partColumns) {
      int columns = Math.min(partColumns, n - column);
      int depth = 0;
      do {
        int deep = Math.min(K_LIMIT, k - depth);
        for (int row = 0; row < m; row += partRows) {
          int rows = Math.min(partRows, m - row);
          var range = new GemmPart.Range(row, rows, column, columns, depth, deep);
          var part = new GemmPart(this, own, left, right, c, range);
          part.pack(row == 0, workers);
          part.multiply(finish, workers);
        }
        depth += K_LIMIT;
      } while (depth < k);
    }
    own.giveBack();
  }

  Scratch takeScratch() {
    return Scratch.take(dtype, kernels.panels());
  }

  static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  static int ceil(int a, int b) {
    return (a + b - 1) / b * b;
  }
}
