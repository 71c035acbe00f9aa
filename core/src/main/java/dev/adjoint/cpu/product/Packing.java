package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.cpu.plain.VectorUnit;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Copies parts of matrices to where micro-kernels read them well. Whatever the strides, each element is read once; where
 * columns are neighbours instead of rows, blocks are turned in registers.
 */
final class Packing {
  private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong DOUBLE_WORD = ValueLayout.JAVA_LONG_UNALIGNED;

  private final int bytes;
  private final @Nullable BlockTransposition turn;
  private final int side;

  /**
   * Packing of elements of some size.
   *
   * @param bytes the size of an element, 4 or 8
   * @param turn what turns blocks, or null if the Vector API cannot be used yet or at all
   */
  Packing(int bytes, @Nullable BlockTransposition turn) {
    this.bytes = bytes;
    this.turn = turn;
    side = VectorUnit.lanes() * 4 / bytes;
  }

  /** Whether this uses the Vector API. */
  boolean usesVectors() {
    return turn != null;
  }

  /**
   * Copies elements to rows of neighbours: element (r, c) is at {@code from + r * rowStride + c * columnStride}, and goes to
   * {@code to + r * toStride + c * size of an element}. Strides are in bytes.
   */
  void copy(
      long from, long rowStride, long columnStride, int rows, int columns, long to, long toStride) {
    if (columnStride == bytes) {
      if (turn != null) {
        VectorPacking.copyRows(from, rowStride, rows, columns * bytes, to, toStride);
        return;
      }
      for (int r = 0; r < rows; r++) {
        MemorySegment.copy(
            ALL, from + r * rowStride, ALL, to + r * toStride, (long) columns * bytes);
      }
    } else if (rowStride == bytes && turn != null) {
      turn(turn, from, columnStride, rows, columns, to, toStride);
    } else {
      pick(from, rowStride, columnStride, rows, columns, to, toStride);
    }
  }

  private void turn(
      BlockTransposition turn,
      long from,
      long columnStride,
      int rows,
      int columns,
      long to,
      long toStride) {
    int high = rows / side * side;
    int wide = columns / side * side;
    for (int c = 0; c < wide; c += side) {
      for (int r = 0; r < high; r += side) {
        turn.run(
            from + (long) r * bytes + c * columnStride,
            columnStride,
            to + r * toStride + (long) c * bytes,
            toStride);
      }
    }
    pick(
        from + wide * columnStride,
        bytes,
        columnStride,
        high,
        columns - wide,
        to + (long) wide * bytes,
        toStride);
    pick(
        from + (long) high * bytes,
        bytes,
        columnStride,
        rows - high,
        columns,
        to + high * toStride,
        toStride);
  }

  private void pick(
      long from, long rowStride, long columnStride, int rows, int columns, long to, long toStride) {
    for (int r = 0; r < rows; r++) {
      long source = from + r * rowStride;
      long target = to + r * toStride;
      for (int c = 0; c < columns; c++) {
        if (bytes == 4) {
          ALL.set(WORD, target, ALL.get(WORD, source));
        } else {
          ALL.set(DOUBLE_WORD, target, ALL.get(DOUBLE_WORD, source));
        }
        source += columnStride;
        target += bytes;
      }
    }
  }
}
