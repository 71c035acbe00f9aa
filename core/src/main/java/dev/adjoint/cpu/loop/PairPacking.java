package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.Scratch;

/**
 * Packs parts of matrices of f32, which are rounded, or of bf16 as pairs of bf16 along k, as dot products read them. The first
 * number of a pair is its upper half; the last one of an odd number has a zero beside it. Strides are in bytes; in matrices of
 * bf16 the elements of rows or those of columns are neighbours.
 */
public final class PairPacking {
  /** Made where a product needs them, as other processors have no such code. */
  private static final class Holder {
    static final PairPacking F32 = new PairPacking(Float.BYTES);
    static final PairPacking BF16 = new PairPacking(Short.BYTES);
  }

  /** Elements along a side of the squares in which a matrix is turned: even, so that pairs stay together. */
  private static final int SIDE = 64;

  /** The bytes of a pair, and of an f32. */
  private static final int WORD = Float.BYTES;

  /** The distance of lines of a square, which do not fall into the same sets of a cache. */
  private static final long LINE = SIDE * WORD + 64;

  private final Packing packing = Packing.of(WORD);
  private final int bytes;
  private final Code neighbours;
  private final Code rows;

  private PairPacking(int bytes) {
    this.bytes = bytes;
    neighbours = install("matmul pairs", PairPackingWriter.neighbours(bytes));
    rows = install("matmul pairs of rows", PairPackingWriter.rows(bytes));
  }

  private static Code install(String name, byte[] code) {
    return CodeMemory.install(name, code, code.length);
  }

  /** Packing of numbers of 4 bytes, f32, or of 2, bf16, on this processor, which must have dot products of bf16. */
  public static PairPacking of(int bytes) {
    return bytes == Short.BYTES ? Holder.BF16 : Holder.F32;
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
    if (columnStride == bytes) {
      neighbours.call(from, rowStride, rows, columns, to, toStride);
      return;
    }
    squares(
        rows,
        columns,
        (r, high, c, wide, square) -> {
          long at = from + r * rowStride + c * columnStride;
          long target = to + r * toStride + (long) c / 2 * WORD;
          if (rowStride == bytes) {
            this.rows.call(at, columnStride, wide, high, square, LINE);
            packing.copy(square, WORD, LINE, high, pairs(wide), target, toStride);
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
    if (columnStride == bytes) {
      this.rows.call(from, rowStride, rows, columns, to, toStride);
      return;
    }
    squares(
        rows,
        columns,
        (r, high, c, wide, square) -> {
          long at = from + r * rowStride + c * columnStride;
          long target = to + r / 2 * toStride + (long) c * WORD;
          if (rowStride == bytes) {
            neighbours.call(at, columnStride, wide, high, square, LINE);
            packing.copy(square, WORD, LINE, pairs(high), wide, target, toStride);
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
