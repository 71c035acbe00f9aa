package dev.adjoint.cpu.product;

import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;

/** The product of a part of the operands: as much as is packed at a time. */
final class GemmPart {
  /** Elements that one task packs. */
  private static final int PACK_WORK = 16 << 10;

  /** Rows that are packed before the next strip, so that rows of b are read in long runs. */
  private static final int PACK_ROWS = 16;

  /** Elements of a strip that are turned at a time: they stay in the first cache until their lines are full. */
  private static final int TURN_WORK = 4096;

  /** Elements of a line of some rows that are copied together: what is around them stays in the first cache for the next line. */
  private static final int GAP_WORK = 1024;

  /** The rows of a block that are too many for one set of the first cache, and how long their sums are at least. */
  private static final int CROWD = 8;

  private static final int CROWDED_DEPTH = 128;

  private static final int LINE = 64;

  private final Gemm plan;
  private final Matrix a;
  private final Matrix b;

  /** Where the rows of b are listed; 0 if they have a stride. */
  private final long list;

  private final Matrix c;
  private final Range range;

  /** The part of k that a pass of the micro-kernel covers. */
  private final int pass;

  private final int high;
  private final int wide;

  /** Packed operands that several blocks share begin here. */
  private final long sharedA;

  private final long sharedB;

  /** Whether each block packs its own columns of b: there is one row of blocks, so no other block needs them. */
  private final boolean ownB;

  /** Whether each block packs its own rows of a. */
  private final boolean ownA;

  /** What a part covers: rows and columns of the result, and {@code deep} products per element from {@code depth} on. */
  record Range(int row, int rows, int column, int columns, int depth, int deep) {}

  GemmPart(Gemm plan, Scratch shared, Matrix a, Matrix b, long list, Matrix c, Range range) {
    this.plan = plan;
    this.a = a;
    this.b = b;
    this.list = list;
    this.c = c;
    this.range = range;
    // Equal passes: a short one would load and store all sums for little.
    int steps = plan.steps(range.deep);
    int passes = Math.max(1, Math.ceilDiv(steps, Gemm.KC));
    pass = plan.group * Math.max(1, Math.ceilDiv(steps, passes));
    high = Math.ceilDiv(range.rows, plan.blockRows);
    wide = Math.ceilDiv(range.columns, plan.blockColumns);
    ownB = plan.packsB && high == 1;
    ownA = plan.packsA && wide == 1 && !ownB;
    long bytesA = plan.packsA && !ownA ? bytesOfA(range.rows, range.deep) : 0;
    long bytesB = plan.packsB && !ownB ? bytesOfB(range.columns, range.deep) : 0;
    sharedA = bytesA + bytesB == 0 ? 0 : shared.room(bytesA + bytesB);
    sharedB = sharedA + bytesA;
  }

  /** Packs what blocks share, and computes all blocks. */
  void run(Gemm.Finish finish, Workers workers) {
    int rowsPerTask = Gemm.ceil(Math.max(1, PACK_WORK / Math.max(1, range.deep)), LINE);
    int stripsPerTask = Math.max(1, PACK_WORK / Math.max(1, range.deep * plan.width));
    int tasksA = plan.packsA && !ownA ? Math.ceilDiv(range.rows, rowsPerTask) : 0;
    int columnsPerTask = stripsPerTask * plan.width;
    int tasksB = plan.packsB && !ownB ? Math.ceilDiv(range.columns, columnsPerTask) : 0;
    Workers packers = tasksA + tasksB < 4 ? Workers.ALONE : workers;
    packers.run(
        tasksA + tasksB,
        task -> {
          if (task < tasksA) {
            int row = task * rowsPerTask;
            packRows(
                row,
                Math.min(rowsPerTask, range.rows - row),
                0,
                range.deep,
                packedA(sharedA, range.deep),
                row);
          } else {
            int column = (task - tasksA) * columnsPerTask;
            int columns = Math.min(columnsPerTask, range.columns - column);
            packStrips(column, columns, 0, range.deep, strip(packedB(sharedB, range.deep), column));
          }
        });
    workers.run(
        high * wide,
        task -> block(task % high * plan.blockRows, task / high * plan.blockColumns, finish));
  }

  /** The distance of packed rows: not a power of two, so that they fall into different sets of the caches. */
  private long stride(int elements) {
    long stride = Gemm.ceil(elements * plan.bytes, LINE);
    return stride % (2 * LINE) == 0 ? stride + LINE : stride;
  }

  private long bytesOfA(int rows, int deep) {
    return rows * stride(plan.steps(deep));
  }

  private long bytesOfB(int columns, int deep) {
    return Math.ceilDiv(columns, plan.width) * packedB(0, deep).stripStride();
  }

  private Matrix packedA(long address, int deep) {
    return new Matrix(address, stride(plan.steps(deep)), plan.bytes);
  }

  private MicroKernel.Strips packedB(long address, int deep) {
    long step = (long) plan.width * plan.bytes;
    return new MicroKernel.Strips(address, plan.steps(deep) * step + LINE, step, plan.width);
  }

  private long strip(MicroKernel.Strips strips, int column) {
    return strips.address() + column / plan.width * strips.stripStride();
  }

  /** Packs rows of a, from column p on, to rows of a matrix: along k, so that a tile reads its lines from end to end. */
  private void packRows(int row, int rows, int p, int deep, Matrix to, int toRow) {
    long from = a.at(range.row + row, range.depth + p);
    long target = to.at(toRow, 0);
    if (plan.groupsOfA == null) {
      plan.packing.copy(from, a.rowStride(), a.columnStride(), rows, deep, target, to.rowStride());
    } else {
      plan.groupsOfA.copy(
          true, from, a.rowStride(), a.columnStride(), rows, deep, target, to.rowStride());
    }
  }

  /** Packs columns of b, from row p on, as strips. */
  private void packStrips(int column, int columns, int p, int deep, long to) {
    MicroKernel.Strips packed = packedB(to, deep);
    boolean turns = b.columnStride() == plan.bytesOfB && b.rowStride() != plan.bytesOfB;
    int step = turns ? plan.width : columns;
    int high = turns ? TURN_WORK / plan.width : PACK_ROWS;
    for (int first = 0; first < columns; first += step) {
      int end = Math.min(columns, first + step);
      for (int row = 0; row < deep; row += high) {
        int rows = Math.min(high, deep - row);
        for (int j = first; j < end; j += plan.width) {
          long from = b.at(range.column + column + j, range.depth + p + row);
          long target = strip(packed, j) + plan.steps(row) * packed.step();
          int wide = Math.min(plan.width, columns - j);
          if (plan.groupsOfB == null) {
            plan.packing.copy(
                from, b.columnStride(), b.rowStride(), rows, wide, target, packed.step());
          } else {
            plan.groupsOfB.copy(
                false, from, b.columnStride(), b.rowStride(), rows, wide, target, packed.step());
          }
        }
      }
    }
  }

  /** Computes the block of the result that begins at a row and a column of this part. */
  private void block(int row, int column, Gemm.Finish finish) {
    int rows = Math.min(plan.blockRows, range.rows - row);
    int columns = Math.min(plan.blockColumns, range.columns - column);
    if (plan.rowProduct != null) {
      plan.rowProduct.run(
          a.at(range.row, range.depth),
          b.at(range.column + column, range.depth),
          b.rowStride(),
          c.at(range.row, range.column + column),
          columns,
          range.deep,
          range.depth == 0);
    } else {
      tiles(row, rows, column, columns);
    }
    if (range.depth + range.deep >= plan.k) {
      int first = before(range.column + column);
      finish.run(range.row + row, rows, first, before(range.column + column + columns) - first);
    }
  }

  /** The column of the result for a column as it is counted here. */
  private int before(int column) {
    return plan.windows == null ? column : plan.windows.before(column);
  }

  private void tiles(int row, int rows, int column, int columns) {
    try (Scratch own = Scratch.take()) {
      Windows windows = plan.windows;
      boolean gaps = windows != null && windows.hasGaps();
      boolean crowded = isCrowded(rows);
      long ofOwn = ownA ? bytesOfA(rows, pass) : ownB ? bytesOfB(columns, pass) : 0;
      long packed = own.room(ofOwn + (gaps || crowded ? rows * stride(columns) : 0));
      Matrix place =
          new Matrix(c.at(range.row + row, range.column + column), c.rowStride(), c.columnStride());
      Matrix result =
          gaps || crowded ? new Matrix(packed + ofOwn, stride(columns), plan.bytes) : place;
      if (crowded && range.depth > 0) {
        copy(place, result, rows, columns);
      }
      int p = 0;
      do {
        int count = Math.min(pass, range.deep - p);
        Matrix left;
        if (ownA) {
          left = packedA(packed, count);
          packRows(row, rows, p, count, left, 0);
        } else if (plan.packsA) {
          Matrix all = packedA(sharedA, range.deep);
          left = new Matrix(all.at(row, plan.steps(p)), all.rowStride(), all.columnStride());
        } else {
          left =
              new Matrix(a.at(range.row + row, range.depth + p), a.rowStride(), a.columnStride());
        }
        MicroKernel.Strips right;
        if (ownB) {
          right = packedB(packed, count);
          packStrips(column, columns, p, count, packed);
        } else if (plan.packsB) {
          MicroKernel.Strips all = packedB(sharedB, range.deep);
          right =
              new MicroKernel.Strips(
                  strip(all, column) + plan.steps(p) * all.step(),
                  all.stripStride(),
                  all.step(),
                  plan.width);
        } else if (windows != null) {
          right = strips(windows, range.column + column, range.depth + p);
        } else {
          long at = b.at(range.column + column, range.depth + p);
          long step = plan.k == 1 ? plan.bytes : b.columnStride();
          right = new MicroKernel.Strips(at, (long) plan.width * plan.bytes, step, plan.width);
        }
        boolean first = range.depth + p == 0;
        if (windows != null && windows.hasLines()) {
          lines(windows, left, p, row, rows, column, columns, count);
        } else {
          plan.kernel.run(left, right, result, rows, columns, plan.steps(count), first);
        }
        p += pass;
      } while (p < range.deep);
      if (crowded) {
        copy(result, place, rows, columns);
      } else if (windows != null && gaps) {
        closeGaps(windows, result, row, rows, column, columns);
      }
    }
  }

  /**
   * Whether the rows of a block would fall into one set of the first cache, from which the sums of a tile evict each other and
   * what is multiplied. Then the block is computed elsewhere, unless its sums are so short that copying it costs more.
   */
  private boolean isCrowded(int rows) {
    return plan.windows == null
        && c.rowStride() % Gemm.SET_STRIDE == 0
        && rows >= CROWD
        && range.deep >= CROWDED_DEPTH;
  }

  private void copy(Matrix from, Matrix to, int rows, int columns) {
    plan.packing.copy(
        from.address(), from.rowStride(), plan.bytes, rows, columns, to.address(), to.rowStride());
  }

  /** The strips of what is read where it is, from a column and a row of b on. */
  private MicroKernel.Strips strips(Windows windows, int column, int depth) {
    return new MicroKernel.Strips(
        b.address() + windows.at(column),
        (long) plan.width * plan.bytes,
        0,
        plan.width,
        list + (long) Long.BYTES * depth);
  }

  /** Multiplies the lines of a block one by one. */
  private void lines(
      Windows windows, Matrix left, int p, int row, int rows, int column, int columns, int deep) {
    int at = range.column + column;
    int end = at + columns;
    while (at < end) {
      int length = Math.min(windows.line() - at % windows.line(), end - at);
      plan.kernel.run(
          left,
          strips(windows, at, range.depth + p),
          new Matrix(c.at(range.row + row, at), c.rowStride(), c.columnStride()),
          rows,
          length,
          deep,
          range.depth + p == 0);
      at += length;
    }
  }

  /** Copies the lines of a block to the result. */
  private void closeGaps(Windows windows, Matrix from, int row, int rows, int column, int columns) {
    int begin = range.column + column;
    int high = Math.max(1, GAP_WORK / windows.line());
    for (int r = 0; r < rows; r += high) {
      int at = begin;
      while (at < begin + columns) {
        int within = at % windows.pitch();
        int length = Math.min(windows.line() - within, begin + columns - at);
        if (length > 0) {
          plan.packing.copy(
              from.at(r, at - begin),
              from.rowStride(),
              plan.bytes,
              Math.min(high, rows - r),
              length,
              c.at(range.row + row + r, windows.before(at)),
              c.rowStride());
        }
        at += windows.pitch() - within;
      }
    }
  }
}
