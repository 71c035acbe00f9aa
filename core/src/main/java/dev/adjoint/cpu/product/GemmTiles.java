package dev.adjoint.cpu.product;

import dev.adjoint.cpu.memory.NativeMemory;

/**
 * The tiles of a block of the result. The last rows and columns, which fill no tile, are computed from copies of the operands
 * that are filled up with zeros, in a tile of its own, of which the part that counts is copied to the result.
 */
final class GemmTiles {
  private static final int LINE = 64;

  private final Gemm plan;
  private final MicroKernels kernels;
  private final Packing packing;
  private final long edgeRow;
  private final long edgeA;
  private final long edgeB;
  private final long edgeC;

  /**
   * The second operand as the micro-kernel reads it: strips of columns.
   *
   * @param address the address of the first strip
   * @param stripStride the distance of strips
   * @param step the distance of the rows of a strip
   */
  record Strips(long address, long stripStride, long step) {}

  /**
   * Tiles of a product.
   *
   * @param deep the largest number of steps over k
   * @param room memory of {@link #bytes} bytes, for the edges
   */
  GemmTiles(Gemm plan, int deep, long room) {
    this.plan = plan;
    kernels = plan.kernels;
    packing = kernels.packing();
    edgeRow = edgeRow(plan, deep);
    edgeA = room;
    edgeB = edgeA + kernels.height() * edgeRow;
    edgeC = edgeB + (long) deep * plan.width * plan.bytes;
  }

  /** The bytes that edges take. */
  static long bytes(Gemm plan, int deep) {
    int height = plan.kernels.height();
    return height * edgeRow(plan, deep) + (long) (deep + height) * plan.width * plan.bytes;
  }

  private static long edgeRow(Gemm plan, int deep) {
    return (long) Gemm.ceil(deep * plan.bytes, LINE) + LINE;
  }

  /**
   * Adds the products of {@code deep} steps over k to a block.
   *
   * @param c the block of the result, {@code rows} times {@code columns}
   * @param first whether what c holds is ignored
   */
  void multiply(
      Gemm.Matrix a, Strips b, Gemm.Matrix c, int rows, int columns, int deep, boolean first) {
    int height = kernels.height();
    int lastTile = (rows - 1) / height * height;
    int lastHigh = rows - lastTile;
    int lastRows = Gemm.ceil(lastHigh, kernels.unit());
    boolean ragged = lastHigh < lastRows;
    if (ragged) {
      packing.copy(
          a.at(lastTile, 0), a.rowStride(), a.columnStride(), lastHigh, deep, edgeA, edgeRow);
      zero(edgeA + lastHigh * edgeRow, (lastRows - lastHigh) * edgeRow);
    }
    for (int j = 0; j < columns; j += plan.width) {
      int wide = Math.min(plan.width, columns - j);
      int tileColumns = Gemm.ceil(wide, kernels.lanes());
      long rowBytes = (long) tileColumns * plan.bytes;
      long bAt = b.address + j / plan.width * b.stripStride;
      long bStep = b.step;
      if (wide < tileColumns && !plan.packsB) {
        zero(edgeB, deep * rowBytes);
        packing.copy(bAt, bStep, plan.bytes, deep, wide, edgeB, rowBytes);
        bAt = edgeB;
        bStep = rowBytes;
      }
      MicroKernel last = kernels.best(lastRows, tileColumns);
      MicroKernel others = lastTile > 0 ? kernels.best(height, tileColumns) : last;
      for (int i = 0; i < rows; i += height) {
        int high = Math.min(height, rows - i);
        boolean edge = ragged && i == lastTile;
        long aAt = edge ? edgeA : a.at(i, 0);
        long aRow = edge ? edgeRow : a.rowStride();
        long aStep = edge ? plan.bytes : a.columnStride();
        long cAt = c.at(i, j);
        MicroKernel kernel = i == lastTile ? last : others;
        boolean whole = !edge && wide == tileColumns;
        long to = whole ? cAt : edgeC;
        long toRow = whole ? c.rowStride() : rowBytes;
        if (!whole && !first) {
          packing.copy(cAt, c.rowStride(), plan.bytes, high, wide, edgeC, rowBytes);
        }
        kernel.run(
            deep,
            aAt,
            aRow,
            aStep,
            bAt,
            bStep,
            first ? kernels.zeros() : to,
            first ? 0 : toRow,
            to,
            toRow);
        if (!whole) {
          packing.copy(edgeC, rowBytes, plan.bytes, high, wide, cAt, c.rowStride());
        }
      }
    }
  }

  private static void zero(long address, long bytes) {
    NativeMemory.ALL.asSlice(address, bytes).fill((byte) 0);
  }
}
