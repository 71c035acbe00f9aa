package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.Scratch;

/**
 * Rounds parts of f32 matrices to bf16, in pairs along k, as dot products read them. The first number of a pair is its upper
 * half; the last one of an odd number has a zero beside it. Strides are in bytes.
 */
public final class PairPacking {
  /** The only one; made where a product needs it, as other processors have no such code. */
  private static final class Holder {
    static final PairPacking INSTANCE = new PairPacking();
  }

  /** Elements along a side of the squares in which a matrix is turned: even, so that pairs stay together. */
  private static final int SIDE = 64;

  private static final int BYTES = Float.BYTES;

  /** The distance of lines of a square, which do not fall into the same sets of a cache. */
  private static final long LINE = SIDE * BYTES + 64;

  private final Packing packing = Packing.of(BYTES);
  private final Code neighbours = install("matmul pairs", PairPackingWriter.neighbours());
  private final Code rows = install("matmul pairs of rows", PairPackingWriter.rows());

  private PairPacking() {}

  private static Code install(String name, byte[] code) {
    return CodeMemory.install(name, code, code.length);
  }

  /** Packing on this processor, which must have dot products of bf16. */
  public static PairPacking get() {
    return Holder.INSTANCE;
  }

  /** The number of pairs that some numbers along k are. */
  public static int pairs(int numbers) {
    return (numbers + 1) / 2;
  }

  /** Pairs neighbours in rows along k: element (r, c) of what is read goes to pair (r, c / 2) of what is written. */
  public void copyRows(
      long from, long rowStride, long columnStride, int rows, int columns, long to, long toStride) {
    if (rows == 0 || columns == 0) {
      return;
    }
    if (columnStride == BYTES) {
      neighbours.call(from, rowStride, rows, columns, to, toStride);
      return;
    }
    squares(
        rows,
        columns,
        (r, high, c, wide, square) -> {
          long at = from + r * rowStride + c * columnStride;
          long target = to + r * toStride + (long) c / 2 * BYTES;
          if (rowStride == BYTES) {
            this.rows.call(at, columnStride, wide, high, square, LINE);
            packing.copy(square, BYTES, LINE, high, pairs(wide), target, toStride);
          } else {
            packing.copy(at, rowStride, columnStride, high, wide, square, LINE);
            neighbours.call(square, LINE, high, wide, target, toStride);
          }
        });
  }

  /** Pairs rows, of which k is the number: element (r, c) of what is read goes to pair (r / 2, c) of what is written. */
  public void copyPairsOfRows(
      long from, long rowStride, long columnStride, int rows, int columns, long to, long toStride) {
    if (rows == 0 || columns == 0) {
      return;
    }
    if (columnStride == BYTES) {
      this.rows.call(from, rowStride, rows, columns, to, toStride);
      return;
    }
    squares(
        rows,
        columns,
        (r, high, c, wide, square) -> {
          long at = from + r * rowStride + c * columnStride;
          long target = to + r / 2 * toStride + (long) c * BYTES;
          if (rowStride == BYTES) {
            neighbours.call(at, columnStride, wide, high, square, LINE);
            packing.copy(square, BYTES, LINE, pairs(high), wide, target, toStride);
          } else {
            packing.copy(at, rowStride, columnStride, high, wide, square, LINE);
            this.rows.call(square, LINE, high, wide, target, toStride);
          }
        });
  }

  /** What is done to a square of a matrix, with room for one. */
  private interface Square {
    void run(int row, int rows, int column, int columns, long square);
  }

  private static void squares(int rows, int columns, Square action) {
    try (Scratch scratch = Scratch.take()) {
      long room = scratch.room(SIDE * LINE);
      for (int r = 0; r < rows; r += SIDE) {
        for (int c = 0; c < columns; c += SIDE) {
          action.run(r, Math.min(SIDE, rows - r), c, Math.min(SIDE, columns - c), room);
        }
      }
    }
  }
}
