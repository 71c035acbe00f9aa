package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.Scratch;
import java.lang.foreign.ValueLayout;

/**
 * Packs parts of matrices as groups of numbers along k, as dot products read them: pairs of bf16, or four bytes. The first number
 * of a pair is its upper half, and that of four bytes the lowest one. A group at the end has zeros for what is missing. Strides
 * are in bytes.
 */
public final class GroupPacking {
  /** Made where a product needs them, as other processors have no such code. */
  private static final class Holder {
    static final GroupPacking F32 = new GroupPacking(GroupSource.F32);
    static final GroupPacking BF16 = new GroupPacking(GroupSource.BF16);
    static final GroupPacking BYTES = new GroupPacking(GroupSource.BYTES);
    static final GroupPacking TURNED_BYTES = new GroupPacking(GroupSource.TURNED_BYTES);
  }

  /** Numbers along a side of the squares in which a matrix is turned: some groups. */
  private static final int SIDE = 64;

  /** The bytes of a group. */
  private static final int WORD = Integer.BYTES;

  /** The distance of lines of a square, which do not fall into the same sets of a cache. */
  private static final long LINE = SIDE * WORD + 64;

  private final Packing packing = Packing.of(WORD);
  private final GroupSource source;
  private final Code neighbours;
  private final Code rows;

  private GroupPacking(GroupSource source) {
    this.source = source;
    neighbours = install("matmul groups", GroupPackingWriter.neighbours(source));
    rows = install("matmul groups of rows", GroupPackingWriter.rows(source));
  }

  private static Code install(String name, byte[] code) {
    return CodeMemory.install(name, code, code.length);
  }

  /** Packing on this processor, which must have dot products of such groups. */
  public static GroupPacking of(GroupSource source) {
    return switch (source) {
      case F32 -> Holder.F32;
      case BF16 -> Holder.BF16;
      case BYTES -> Holder.BYTES;
      case TURNED_BYTES -> Holder.TURNED_BYTES;
    };
  }

  private int groups(int numbers) {
    return Math.ceilDiv(numbers, source.group);
  }

  /**
   * Groups numbers along k, which is the number of a column of what is read, or that of a row. So element (r, c) goes to group
   * (r, c / numbers of a group) of what is written, or to (r / numbers of a group, c).
   */
  public void copy(
      boolean alongRows,
      long from,
      long rowStride,
      long columnStride,
      int rows,
      int columns,
      long to,
      long toStride) {
    if (rows == 0 || columns == 0) {
      return;
    }
    Code straight = alongRows ? neighbours : this.rows;
    Code turned = alongRows ? this.rows : neighbours;
    if (columnStride == source.bytes) {
      straight.call(from, rowStride, rows, columns, to, toStride);
      return;
    }
    try (Scratch scratch = Scratch.take()) {
      long square = scratch.room(SIDE * LINE);
      for (int r = 0; r < rows; r += SIDE) {
        for (int c = 0; c < columns; c += SIDE) {
          int high = Math.min(SIDE, rows - r);
          int wide = Math.min(SIDE, columns - c);
          long at = from + r * rowStride + c * columnStride;
          long row = alongRows ? r : r / source.group;
          long column = alongRows ? c / source.group : c;
          long target = to + row * toStride + column * WORD;
          if (rowStride == source.bytes) {
            turned.call(at, columnStride, wide, high, square, LINE);
            int highOfGroups = alongRows ? high : groups(high);
            int wideOfGroups = alongRows ? groups(wide) : wide;
            packing.copy(square, WORD, LINE, highOfGroups, wideOfGroups, target, toStride);
          } else {
            gather(at, rowStride, columnStride, high, wide, square);
            straight.call(square, LINE, high, wide, target, toStride);
          }
        }
      }
    }
  }

  /** Copies numbers without neighbours to rows of a square. */
  private void gather(
      long from, long rowStride, long columnStride, int rows, int columns, long square) {
    if (source.bytes == WORD) {
      packing.copy(from, rowStride, columnStride, rows, columns, square, LINE);
      return;
    }
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        for (int b = 0; b < source.bytes; b++) {
          ALL.set(
              ValueLayout.JAVA_BYTE,
              square + r * LINE + c * (long) source.bytes + b,
              ALL.get(ValueLayout.JAVA_BYTE, from + r * rowStride + c * columnStride + b));
        }
      }
    }
  }
}
