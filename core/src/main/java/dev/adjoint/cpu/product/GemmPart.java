package dev.adjoint.cpu.product;

import dev.adjoint.cpu.memory.NativeMemory;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;

/** The product of a part of the operands: as much as is packed at a time. */
final class GemmPart {
  /** Elements that one task packs. */
  private static final int PACK_WORK = 16 << 10;

  /** Rows that are packed before the next strip, so that rows of b are read in long runs. */
  private static final int PACK_ROWS = 16;

  private static final int LINE = 64;

  private final Gemm plan;
  private final MicroKernels kernels;
  private final Packing packing;
  private final Gemm.Matrix a;
  private final Gemm.Matrix b;
  private final Gemm.Matrix c;
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

  GemmPart(Gemm plan, Scratch shared, Gemm.Matrix a, Gemm.Matrix b, Gemm.Matrix c, Range range) {
    this.plan = plan;
    this.a = a;
    this.b = b;
    this.c = c;
    this.range = range;
    kernels = plan.kernels;
    packing = kernels.packing();
    // Equal passes: a short one would load and store all sums for little.
    int passes = Math.max(1, Gemm.ceilDiv(range.deep, Gemm.KC));
    pass = Math.max(1, Gemm.ceilDiv(range.deep, passes));
    high = Gemm.ceilDiv(range.rows, plan.blockRows);
    wide = Gemm.ceilDiv(range.columns, plan.blockColumns);
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
    int tasksA = plan.packsA && !ownA ? Gemm.ceilDiv(range.rows, rowsPerTask) : 0;
    int columnsPerTask = stripsPerTask * plan.width;
    int tasksB = plan.packsB && !ownB ? Gemm.ceilDiv(range.columns, columnsPerTask) : 0;
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
                packedA(sharedA, range.deep, range.rows),
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

  private boolean alongRows() {
    return a.rowStride() == plan.bytes && a.columnStride() != plan.bytes;
  }

  private long bytesOfA(int rows, int deep) {
    return alongRows() ? deep * stride(rows) : rows * stride(deep);
  }

  private long bytesOfB(int columns, int deep) {
    return Gemm.ceilDiv(columns, plan.width) * packedB(0, deep).stripStride();
  }

  /** How rows of a are packed: their neighbours stay neighbours. */
  private Gemm.Matrix packedA(long address, int deep, int rows) {
    return alongRows()
        ? new Gemm.Matrix(address, plan.bytes, stride(rows))
        : new Gemm.Matrix(address, stride(deep), plan.bytes);
  }

  private GemmTiles.Strips packedB(long address, int deep) {
    long step = (long) plan.width * plan.bytes;
    return new GemmTiles.Strips(address, deep * step + LINE, step);
  }

  private long strip(GemmTiles.Strips strips, int column) {
    return strips.address() + column / plan.width * strips.stripStride();
  }

  /** Packs rows of a, from column p on, to rows of a matrix. */
  private void packRows(int row, int rows, int p, int deep, Gemm.Matrix to, int toRow) {
    long from = a.at(range.row + row, range.depth + p);
    if (alongRows()) {
      packing.copy(
          from, a.columnStride(), a.rowStride(), deep, rows, to.at(toRow, 0), to.columnStride());
    } else {
      packing.copy(
          from, a.rowStride(), a.columnStride(), rows, deep, to.at(toRow, 0), to.rowStride());
    }
  }

  /** Packs columns of b, from row p on, as strips; the last one is filled up with zeros. */
  private void packStrips(int column, int columns, int p, int deep, long to) {
    GemmTiles.Strips packed = packedB(to, deep);
    // Where k is what lies side by side, a strip is read in long runs as it is.
    int rowsAtOnce = b.rowStride() == plan.bytes ? PACK_ROWS : Math.max(1, deep);
    for (int row = 0; row < deep; row += rowsAtOnce) {
      int rows = Math.min(rowsAtOnce, deep - row);
      for (int j = 0; j < columns; j += plan.width) {
        long target = strip(packed, j) + row * packed.step();
        int real = Math.min(plan.width, columns - j);
        if (real < plan.width) {
          NativeMemory.ALL.asSlice(target, rows * packed.step()).fill((byte) 0);
        }
        long from = b.at(range.column + column + j, range.depth + p + row);
        packing.copy(from, b.columnStride(), b.rowStride(), rows, real, target, packed.step());
      }
    }
  }

  /** Computes the block of the result that begins at a row and a column of this part. */
  private void block(int row, int column, Gemm.Finish finish) {
    int rows = Math.min(plan.blockRows, range.rows - row);
    int columns = Math.min(plan.blockColumns, range.columns - column);
    try (Scratch own = Scratch.take()) {
      long edges = GemmTiles.bytes(plan, pass);
      long room =
          own.room(edges + (ownA ? bytesOfA(rows, pass) : ownB ? bytesOfB(columns, pass) : 0));
      long packed = room + edges;
      var tiles = new GemmTiles(plan, pass, room);
      Gemm.Matrix result =
          new Gemm.Matrix(
              c.at(range.row + row, range.column + column), c.rowStride(), c.columnStride());
      int p = 0;
      do {
        int count = Math.min(pass, range.deep - p);
        Gemm.Matrix left;
        if (ownA) {
          left = packedA(packed, count, rows);
          packRows(row, rows, p, count, left, 0);
        } else if (plan.packsA) {
          Gemm.Matrix all = packedA(sharedA, range.deep, range.rows);
          left = new Gemm.Matrix(all.at(row, p), all.rowStride(), all.columnStride());
        } else {
          left =
              new Gemm.Matrix(
                  a.at(range.row + row, range.depth + p), a.rowStride(), a.columnStride());
        }
        GemmTiles.Strips right;
        if (ownB) {
          right = packedB(packed, count);
          packStrips(column, columns, p, count, packed);
        } else if (plan.packsB) {
          GemmTiles.Strips all = packedB(sharedB, range.deep);
          right =
              new GemmTiles.Strips(
                  strip(all, column) + p * all.step(), all.stripStride(), all.step());
        } else {
          long at = b.at(range.column + column, range.depth + p);
          long step = plan.k == 1 ? plan.bytes : b.columnStride();
          right = new GemmTiles.Strips(at, (long) plan.width * plan.bytes, step);
        }
        tiles.multiply(left, right, result, rows, columns, count, range.depth + p == 0);
        p += pass;
      } while (p < range.deep);
    }
    if (range.depth + range.deep >= plan.k) {
      finish.run(range.row + row, rows, range.column + column, columns);
    }
  }
}
