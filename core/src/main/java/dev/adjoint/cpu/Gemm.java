package dev.adjoint.cpu;

import dev.adjoint.DType;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * A matrix product of one size, blocked for the caches. Both operands are packed into arrays that the {@linkplain MicroKernel
 * micro-kernel} reads in sequence; then blocks of the result are computed side by side, each over all of k.
 *
 * <p>How the work is cut depends on the sizes alone, and each element is one chain over k, so no result depends on the
 * number of threads.
 */
final class Gemm {
  private static final int KC = MicroKernels.KC;
  private static final int LDA = MicroKernels.LDA;

  /** Elements of one packed operand at most; larger products are done part by part. */
  private static final int PANEL_LIMIT = 4 << 20;

  /** The largest part of k that is packed at a time. */
  private static final int K_LIMIT = 8 * KC;

  /** The largest block of the result, which stays in the second cache together with its part of a. */
  private static final int BLOCK_ROWS = 264;

  private static final int BLOCK_COLUMNS = 512;

  /** Multiply-adds that are worth a task of their own. */
  private static final long TASK_WORK = 1 << 19;

  private static final int TASKS = 64;
  private static final int PACK_WORK = 16 << 10;

  private static final ConcurrentLinkedDeque<Scratch> SCRATCH_F32 = new ConcurrentLinkedDeque<>();
  private static final ConcurrentLinkedDeque<Scratch> SCRATCH_F64 = new ConcurrentLinkedDeque<>();

  private final MicroKernels kernels;
  private final Panels panels;
  private final ConcurrentLinkedDeque<Scratch> scratch;
  private final int m;
  private final int n;
  private final int k;
  private final boolean swapped;
  private final int height;
  private final int width;
  private final int partRows;
  private final int partColumns;
  private final int blockRows;
  private final int blockColumns;

  /** A matrix in memory: element (i, j) is at {@code offset + i * rowStride + j * columnStride}. */
  record Matrix(MemorySegment memory, long offset, long rowStride, long columnStride) {}

  /** What is done to a rectangle of the result as soon as it is complete. */
  interface Finish {
    void run(int row, int rows, int column, int columns);
  }

  /** Arrays that are used again; {@code a} and {@code b} hold packed operands, {@code c} a block of the result. */
  private static final class Scratch {
    private final Panels panels;
    private Object a;
    private Object b;
    private Object c;
    private Object turned;

    Scratch(Panels panels) {
      this.panels = panels;
      a = panels.array(0);
      b = a;
      c = a;
      turned = a;
    }

    private Object grown(Object array, int n) {
      return panels.length(array) >= n ? array : panels.array(n);
    }

    Object a(int n) {
      return a = grown(a, n);
    }

    Object b(int n) {
      return b = grown(b, n);
    }

    Object c(int n) {
      return c = grown(c, n);
    }

    Object turned(int n) {
      return turned = grown(turned, n);
    }
  }

  /**
   * A product of an m x k by a k x n matrix.
   *
   * @param unitA whether a has stride 1 along k
   * @param unitB whether b has stride 1 along n
   */
  Gemm(DType dtype, int m, int n, int k, boolean unitA, boolean unitB) {
    kernels = MicroKernels.of(dtype);
    panels = kernels.panels();
    scratch = dtype == DType.F64 ? SCRATCH_F64 : SCRATCH_F32;
    width = kernels.columns();
    double direct = cost(m, n, k, unitA, unitB);
    // The transposed product reads b as its first operand; both unit strides then count along k.
    double turned = cost(n, m, k, !unitB, !unitA) + 2.0 * m * n;
    swapped = turned < direct;
    this.m = swapped ? n : m;
    this.n = swapped ? m : n;
    this.k = k;
    height = height(this.m);
    int kPart = Math.min(k, K_LIMIT);
    int kBlocks = Math.max(1, ceilDiv(kPart, KC));
    partRows = Math.max(1, PANEL_LIMIT / (kBlocks * LDA) / height) * height;
    partColumns = Math.max(1, PANEL_LIMIT / Math.max(1, kPart) / width) * width;
    int rows = Math.min(partRows, ceil(Math.max(1, this.m), height));
    int columns = Math.min(partColumns, ceil(Math.max(1, this.n), width));
    long work = (long) rows * columns * Math.max(1, k);
    long tasks = work < TASK_WORK ? 1 : Math.clamp(work / TASK_WORK, 2, TASKS);
    int high = Math.min(BLOCK_ROWS / height, rows / height);
    int wide = Math.min(BLOCK_COLUMNS / width, columns / width);
    while ((long) ceilDiv(rows / height, high) * ceilDiv(columns / width, wide) < tasks && (high > 1 || wide > 1)) {
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
  private double cost(int m, int n, int k, boolean unitA, boolean unitB) {
    double products = (double) ceil(m, height(m)) * ceil(n, width) * k / width;
    return products + (double) m * k * (unitA ? 0.15 : 1) + (double) n * k * (unitB ? 0.15 : 1);
  }

  private int height(int m) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int h : kernels.heights()) {
      // A lower tile loads more per multiply-add.
      double time = ceil(m, h) * (1 + 0.5 / h);
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
    Scratch own = take();
    MicroKernel kernel = kernels.best(height);
    Matrix left = swapped ? b : a;
    Matrix right = swapped ? a : b;
    for (int column = 0; column < n; column += partColumns) {
      int columns = Math.min(partColumns, n - column);
      int depth = 0;
      do {
        int deep = Math.min(K_LIMIT, k - depth);
        for (int row = 0; row < m; row += partRows) {
          int rows = Math.min(partRows, m - row);
          var part = new Part(kernel, own, c, row, rows, column, columns, depth, deep);
          part.pack(left, right, row == 0, workers);
          part.multiply(finish, workers);
        }
        depth += K_LIMIT;
      } while (depth < k);
    }
    scratch.push(own);
  }

  private Scratch take() {
    Scratch free = scratch.poll();
    return free == null ? new Scratch(panels) : free;
  }

  /** The product of a part of the operands that is packed at a time. */
  private final class Part {
    private final MicroKernel kernel;
    private final Matrix c;
    private final int row0;
    private final int rows;
    private final int column0;
    private final int columns;
    private final int depth;
    private final int deep;
    private final int kBlocks;
    private final int paddedRows;
    private final int strips;
    private final Object packedA;
    private final Object packedB;

    Part(MicroKernel kernel, Scratch own, Matrix c, int row0, int rows, int column0, int columns, int depth, int deep) {
      this.kernel = kernel;
      this.c = c;
      this.row0 = row0;
      this.rows = rows;
      this.column0 = column0;
      this.columns = columns;
      this.depth = depth;
      this.deep = deep;
      kBlocks = Math.max(1, ceilDiv(deep, KC));
      paddedRows = ceil(rows, height);
      strips = ceilDiv(columns, width);
      packedA = own.a(kBlocks * paddedRows * LDA);
      packedB = own.b(strips * width * deep);
    }

    /** Packs a as rows per block of k, and b as strips per block of k. */
    void pack(Matrix a, Matrix b, boolean withB, Workers workers) {
      boolean fast = !(kernel instanceof ScalarMicroKernel);
      int rowsPerTask = ceil(Math.max(1, PACK_WORK / Math.max(1, deep)), height);
      int tasksA = ceilDiv(paddedRows, rowsPerTask);
      int stripsPerTask = Math.max(1, PACK_WORK / Math.max(1, deep * width));
      int tasksB = withB ? ceilDiv(strips, stripsPerTask) : 0;
      boolean small = (long) deep * (rows + columns) < 2 * PACK_WORK;
      if (small) {
        packRows(a, 0, paddedRows, fast);
        packStrips(b, 0, withB ? strips : 0, fast);
        return;
      }
      workers.run(
          tasksA + tasksB,
          task -> {
            if (task < tasksA) {
              int from = task * rowsPerTask;
              packRows(a, from, Math.min(paddedRows, from + rowsPerTask), fast);
            } else {
              int from = (task - tasksA) * stripsPerTask;
              packStrips(b, from, Math.min(strips, from + stripsPerTask), fast);
            }
          });
    }

    private void packRows(Matrix a, int from, int to, boolean fast) {
      int real = Math.min(to, rows);
      for (int block = 0; block < kBlocks; block++) {
        int p = block * KC;
        int count = Math.min(KC, deep - p);
        long source = a.offset + (row0 + from) * a.rowStride + (depth + p) * a.columnStride;
        int target = (block * paddedRows + from) * LDA;
        if (a.columnStride == 1) {
          for (int r = from; r < real; r++) {
            panels.load(a.memory, source, packedA, target, count);
            source += a.rowStride;
            target += LDA;
          }
        } else {
          // Along the smaller stride first.
          panels.pack(
              a.memory, source, a.columnStride, a.rowStride, count, real - from, packedA, target, 1, LDA, false);
        }
        for (int r = Math.max(real, from); r < to; r++) {
          int at = (block * paddedRows + r) * LDA;
          panels.clear(packedA, at, at + Math.max(0, count));
        }
      }
    }

    private void packStrips(Matrix b, int from, int to, boolean fast) {
      for (int strip = from; strip < to; strip++) {
        int column = strip * width;
        int real = Math.min(width, columns - column);
        int target = strip * width * deep;
        long source = b.offset + (column0 + column) * b.rowStride + depth * b.columnStride;
        if (real < width) {
          panels.clear(packedB, target, target + width * deep);
        }
        if (b.columnStride == 1) {
          panels.pack(b.memory, source, b.rowStride, 1, real, deep, packedB, target, 1, width, fast);
        } else {
          panels.pack(b.memory, source, b.columnStride, b.rowStride, deep, real, packedB, target, width, 1, fast);
        }
      }
    }

    void multiply(Finish finish, Workers workers) {
      int high = ceilDiv(rows, blockRows);
      int wide = ceilDiv(columns, blockColumns);
      workers.run(high * wide, task -> block(task % high * blockRows, task / high * blockColumns, finish));
    }

    /** Computes the block of the result that begins at a row and a column of this part. */
    private void block(int row, int column, Finish finish) {
      Scratch own = take();
      int realRows = Math.min(blockRows, rows - row);
      int realColumns = Math.min(blockColumns, columns - column);
      int tiles = ceilDiv(realRows, height);
      int lastStrip = ceilDiv(realColumns, width);
      int ldc = blockColumns + 16;
      Object sums = own.c(blockRows * ldc);
      if (depth > 0) {
        loadSums(sums, ldc, row, realRows, column, realColumns, own);
      }
      for (int block = 0; block < kBlocks; block++) {
        int p = block * KC;
        int count = Math.min(KC, deep - p);
        boolean first = depth == 0 && block == 0;
        Object init = first ? kernels.zeros() : sums;
        int ldi = first ? 0 : ldc;
        for (int strip = 0; strip < lastStrip; strip++) {
          int bAt = (column / width + strip) * width * deep + p * width;
          for (int tile = 0; tile < tiles; tile++) {
            int aAt = (block * paddedRows + row + tile * height) * LDA;
            int cAt = tile * height * ldc + strip * width;
            kernel.run(count, packedA, aAt, packedB, bAt, init, first ? 0 : cAt, ldi, sums, cAt, ldc);
          }
        }
      }
      storeSums(sums, ldc, row, realRows, column, realColumns, own);
      scratch.push(own);
      if (depth + deep >= k) {
        if (swapped) {
          finish.run(column0 + column, realColumns, row0 + row, realRows);
        } else {
          finish.run(row0 + row, realRows, column0 + column, realColumns);
        }
      }
    }

    private long address(int row, int column) {
      return swapped
          ? c.offset + (column0 + column) * c.rowStride + row0 + row
          : c.offset + (row0 + row) * c.rowStride + column0 + column;
    }

    private void loadSums(Object sums, int ldc, int row, int rows, int column, int columns, Scratch own) {
      if (swapped) {
        Object turned = own.turned(columns * rows);
        for (int j = 0; j < columns; j++) {
          panels.load(c.memory, address(row, column + j), turned, j * rows, rows);
        }
        panels.transpose(turned, rows, columns, rows, sums, ldc);
      } else {
        for (int i = 0; i < rows; i++) {
          panels.load(c.memory, address(row + i, column), sums, i * ldc, columns);
        }
      }
    }

    private void storeSums(Object sums, int ldc, int row, int rows, int column, int columns, Scratch own) {
      if (swapped) {
        Object turned = own.turned(columns * rows);
        panels.transpose(sums, ldc, rows, columns, turned, rows);
        for (int j = 0; j < columns; j++) {
          panels.store(turned, j * rows, c.memory, address(row, column + j), rows);
        }
      } else {
        for (int i = 0; i < rows; i++) {
          panels.store(sums, i * ldc, c.memory, address(row + i, column), columns);
        }
      }
    }
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b * b;
  }
}
