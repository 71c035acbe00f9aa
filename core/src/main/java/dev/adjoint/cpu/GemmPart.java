package dev.adjoint.cpu;

/** The product of a part of the operands that is packed at a time. */
final class GemmPart {
  private static final int LDA = MicroKernels.LDA;

  /** Elements that one task packs. */
  private static final int PACK_WORK = 16 << 10;

  private final Gemm plan;
  private final MicroKernel kernel;
  private final Packing packing;
  private final Gemm.Matrix a;
  private final Gemm.Matrix b;
  private final Gemm.Matrix c;
  private final Range range;
  private final int paddedRows;
  private final int strips;

  /** The part of k that a pass of the micro-kernel covers. */
  private final int pass;

  private final int high;
  private final int wide;

  /** Each block packs its own columns of b: there is one row of blocks, so no other block needs them. */
  private final boolean ownColumns;

  /** Each block packs its own rows of a. */
  private final boolean ownRows;

  private final Object packedA;
  private final Object packedB;

  /**
   * Where strips and blocks begin in their arrays. Array data begins 16 bytes after the array, and large arrays begin at
   * multiples of 64 bytes: there, vectors then do not straddle cache lines.
   */
  private final int base;

  /** What a part covers: rows and columns of the result, and {@code deep} products per element from {@code depth} on. */
  record Range(int row, int rows, int column, int columns, int depth, int deep) {}

  GemmPart(Gemm plan, Scratch own, Gemm.Matrix a, Gemm.Matrix b, Gemm.Matrix c, Range range) {
    this.plan = plan;
    this.a = a;
    this.b = b;
    this.c = c;
    this.range = range;
    kernel = plan.kernels.best(plan.height);
    packing = plan.kernels.packing();
    paddedRows = Gemm.ceil(range.rows, plan.height);
    strips = Gemm.ceilDiv(range.columns, plan.width);
    // Equal passes: a short one would load and store all sums for little.
    int passes = Math.max(1, Gemm.ceilDiv(range.deep, MicroKernels.KC));
    pass = Math.max(1, Gemm.ceilDiv(range.deep, passes));
    high = Gemm.ceilDiv(range.rows, plan.blockRows);
    wide = Gemm.ceilDiv(range.columns, plan.blockColumns);
    ownColumns = high == 1;
    ownRows = wide == 1 && !ownColumns;
    base = 48 / plan.kernels.panels().bytes();
    packedA = own.a(ownRows ? 0 : passes * paddedRows * LDA);
    packedB = own.b(ownColumns ? 0 : base + strips * stripStride(range.deep));
  }

  /** Packs what blocks share: a as rows per block of k, b as strips over all of k. */
  void pack(boolean withB, Workers workers) {
    int deep = range.deep;
    int rowsPerTask = Gemm.ceil(Math.max(1, PACK_WORK / Math.max(1, deep)), plan.height);
    int tasksA = ownRows ? 0 : Gemm.ceilDiv(paddedRows, rowsPerTask);
    // Whole rows of b where they are contiguous, else whole columns.
    boolean byDepth = b.rowStride() == 1;
    int perTask =
        byDepth
            ? Math.max(8, PACK_WORK / range.columns)
            : Math.max(1, PACK_WORK / Math.max(1, deep * plan.width));
    int tasksB = ownColumns || !withB ? 0 : Gemm.ceilDiv(byDepth ? deep : strips, perTask);
    long elements = (long) deep * ((tasksA == 0 ? 0 : range.rows) + (tasksB == 0 ? 0 : range.columns));
    Workers team = elements < 4 * PACK_WORK ? Workers.ALONE : workers;
    team.run(
        tasksA + tasksB,
        task -> {
          if (task < tasksA) {
            packRows(task * rowsPerTask, rowsPerTask);
          } else if (byDepth) {
            int p = (task - tasksA) * perTask;
            packStrips(0, strips, p, Math.min(perTask, deep - p));
          } else {
            int strip = (task - tasksA) * perTask;
            packStrips(strip, Math.min(perTask, strips - strip), 0, deep);
          }
        });
  }

  /** The distance of strips: with one row too many, so that strips begin in different sets of the caches. */
  private int stripStride(int deep) {
    return plan.width * (deep + 1);
  }

  private void packRows(int row, int count) {
    for (int p = 0; p < range.deep; p += pass) {
      int at = (p / pass * paddedRows + row) * LDA;
      packRows(row, Math.min(count, paddedRows - row), p, Math.min(pass, range.deep - p), packedA, at);
    }
  }

  private void packRows(int row, int padded, int p, int count, Object to, int at) {
    int real = Math.min(padded, range.rows - row);
    packing.rows(a, range.row + row, real, padded, range.depth + p, count, to, at);
  }

  private void packStrips(int strip, int count, int p, int deep) {
    int stripStride = stripStride(range.deep);
    packStrips(strip, count, p, deep, packedB, base + strip * stripStride + p * plan.width, stripStride);
  }

  private void packStrips(int strip, int count, int p, int deep, Object to, int at, int stripStride) {
    int column = strip * plan.width;
    int real = Math.min(count * plan.width, range.columns - column);
    packing.strips(b, range.column + column, real, range.depth + p, deep, to, at, stripStride);
  }

  /** Computes all blocks. */
  void multiply(Gemm.Finish finish, Workers workers) {
    workers.run(
        high * wide, task -> block(task % high * plan.blockRows, task / high * plan.blockColumns, finish));
  }

  /** Computes the block of the result that begins at a row and a column of this part. */
  private void block(int row, int column, Gemm.Finish finish) {
    Scratch own = plan.takeScratch();
    int width = plan.width;
    int rows = Math.min(plan.blockRows, range.rows - row);
    int columns = Math.min(plan.blockColumns, range.columns - column);
    int tileRows = Gemm.ceil(rows, plan.height);
    int stripsHere = Gemm.ceilDiv(columns, width);
    int ldc = plan.blockColumns + 16;
    Object sums = own.c(base + plan.blockRows * ldc);
    if (range.depth > 0) {
      loadSums(sums, ldc, row, rows, column, columns, own);
    }
    int p = 0;
    do {
      int count = Math.min(pass, range.deep - p);
      Object left = packedA;
      int leftAt = (p / pass * paddedRows + row) * LDA;
      if (ownRows) {
        left = own.a(plan.blockRows * LDA);
        leftAt = 0;
        packRows(row, tileRows, p, count, left, 0);
      }
      Object right = packedB;
      int stripStride = stripStride(range.deep);
      int rightAt = base + column / width * stripStride + p * width;
      if (ownColumns) {
        right = own.b(base + plan.blockColumns / width * stripStride(pass));
        stripStride = stripStride(count);
        rightAt = base;
        packStrips(column / width, stripsHere, p, count, right, base, stripStride);
      }
      boolean first = range.depth == 0 && p == 0;
      Object init = first ? plan.kernels.zeros() : sums;
      int ldi = first ? 0 : ldc;
      for (int strip = 0; strip < stripsHere; strip++) {
        int bAt = rightAt + strip * stripStride;
        for (int tile = 0; tile < tileRows; tile += plan.height) {
          int cAt = base + tile * ldc + strip * width;
          kernel.run(count, left, leftAt + tile * LDA, right, bAt, init, first ? 0 : cAt, ldi, sums, cAt, ldc);
        }
      }
      p += pass;
    } while (p < range.deep);
    storeSums(sums, ldc, row, rows, column, columns, own);
    own.giveBack();
    if (range.depth + range.deep >= plan.k) {
      if (plan.swapped) {
        finish.run(range.column + column, columns, range.row + row, rows);
      } else {
        finish.run(range.row + row, rows, range.column + column, columns);
      }
    }
  }

  private void loadSums(Object sums, int ldc, int row, int rows, int column, int columns, Scratch own) {
    if (plan.swapped) {
      Object turned = own.turned(columns * rows);
      packing.load(c, range.column + column, columns, range.row + row, rows, turned, 0, rows);
      packing.turn(turned, 0, rows, columns, rows, sums, base, ldc);
    } else {
      packing.load(c, range.row + row, rows, range.column + column, columns, sums, base, ldc);
    }
  }

  private void storeSums(Object sums, int ldc, int row, int rows, int column, int columns, Scratch own) {
    if (plan.swapped) {
      Object turned = own.turned(columns * rows);
      packing.turn(sums, base, ldc, rows, columns, turned, 0, rows);
      packing.store(turned, 0, rows, c, range.column + column, columns, range.row + row, rows);
    } else {
      packing.store(sums, base, ldc, c, range.row + row, rows, range.column + column, columns);
    }
  }
}
