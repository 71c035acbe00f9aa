package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Copies parts of matrices to where machine code reads them well. Whatever the strides, each element is read once. */
public final class Packing {
  private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong DOUBLE_WORD = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final Packing OF_4 = new Packing(4);
  private static final Packing OF_8 = new Packing(8);

  private final int bytes;

  /** Machine code, or null where there is none. */
  private final @Nullable Code copy;

  private final @Nullable Code turn;

  private final @Nullable Code split;

  private Packing(int bytes) {
    this.bytes = bytes;
    CpuFeatures.Isa isa = CpuFeatures.HERE.isa();
    boolean has = isa != CpuFeatures.Isa.NONE;
    copy = has ? install("matmul copy", PackingWriter.copy(isa)) : null;
    turn = has ? install("matmul turn", PackingWriter.turn(isa, bytes)) : null;
    split = has ? install("matmul split", PackingWriter.split(isa, bytes)) : null;
  }

  private static Code install(String name, byte[] code) {
    return CodeMemory.install(name, code, code.length);
  }

  /** Packing of elements of 4 or 8 bytes. */
  public static Packing of(int bytes) {
    return bytes == 4 ? OF_4 : OF_8;
  }

  /** Whether columns of neighbours are turned in registers. */
  boolean turns() {
    return turn != null;
  }

  /**
   * Copies elements to rows of neighbours: element (r, c) is at {@code from + r * rowStride + c * columnStride}, and goes to
   * {@code to + r * toStride + c * size of an element}. Strides are in bytes.
   */
  public void copy(
      long from, long rowStride, long columnStride, int rows, int columns, long to, long toStride) {
    if (rows == 0 || columns == 0) {
      return;
    }
    if (columnStride == bytes && copy != null) {
      copy.call(from, rowStride, rows, (long) columns * bytes, to, toStride);
    } else if (turn != null) {
      // Without neighbours in a column, each row is a matrix of its own.
      int together = rowStride == bytes ? rows : 1;
      for (int r = 0; r < rows; r += together) {
        turn.call(
            from + r * rowStride, columnStride, together, columns, to + r * toStride, toStride);
      }
    } else {
      for (int r = 0; r < rows; r++) {
        pick(from + r * rowStride, columnStride, columns, to + r * toStride);
      }
    }
  }

  /**
   * Takes pairs of elements apart: the first of pair c in row r is at {@code from + r * rowStride + 2 c * size of an element},
   * and goes to {@code to + (r * pairs + c) * size of an element}, and the second, which is behind it, to {@code distance} behind
   * that. Strides are in bytes.
   */
  public void split(long from, long rowStride, int rows, int pairs, long to, long distance) {
    if (rows <= 0 || pairs == 0) {
      return;
    }
    if (split != null) {
      split.call(from, rowStride, rows, pairs, to, distance);
      return;
    }
    for (int r = 0; r < rows; r++) {
      long row = to + (long) r * pairs * bytes;
      pick(from + r * rowStride, 2L * bytes, pairs, row);
      pick(from + r * rowStride + bytes, 2L * bytes, pairs, row + distance);
    }
  }

  private void pick(long from, long stride, int count, long to) {
    if (stride == bytes) {
      MemorySegment.copy(ALL, from, ALL, to, (long) count * bytes);
      return;
    }
    for (int i = 0; i < count; i++) {
      if (bytes == 4) {
        ALL.set(WORD, to + 4L * i, ALL.get(WORD, from + i * stride));
      } else {
        ALL.set(DOUBLE_WORD, to + 8L * i, ALL.get(DOUBLE_WORD, from + i * stride));
      }
    }
  }
}
