package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Copies operands of matrix products into the order in which micro-kernels read them. Whatever the strides, each element is
 * read once; where neither side is read and written in sequence, blocks are turned in registers.
 */
final class Packing {
  private final Panels panels;
  private final int width;
  private final @Nullable BlockTransposition turn;

  /**
   * Packing of a type.
   *
   * @param width the width of a strip
   * @param turn what turns blocks of {@code width / 2}, or null if the Vector API cannot be used yet or at all
   */
  Packing(Panels panels, int width, @Nullable BlockTransposition turn) {
    this.panels = panels;
    this.width = width;
    this.turn = turn;
  }

  /** Whether this uses the Vector API. */
  boolean usesVectors() {
    return turn != null;
  }

  /**
   * Packs rows of the first operand, {@link MicroKernels#LDA} apart.
   *
   * @param row the first row
   * @param rows the number of rows to read
   * @param padded the number of rows to write; those beyond are zero
   * @param p the first column
   * @param count the number of columns
   */
  void rows(Gemm.Matrix a, int row, int rows, int padded, int p, int count, Object to, int at) {
    long source = a.offset() + row * a.rowStride() + p * a.columnStride();
    if (a.columnStride() == 1) {
      panels.load(a.memory(), source, a.rowStride(), rows, count, to, at, MicroKernels.LDA, turn != null);
    } else if (a.rowStride() == 1) {
      turn(a.memory(), source, a.columnStride(), count, rows, to, at, MicroKernels.LDA);
    } else {
      panels.pack(a.memory(), source, a.columnStride(), a.rowStride(), count, rows, to, at, 1, MicroKernels.LDA);
    }
    for (int r = rows; r < padded; r++) {
      panels.clear(to, at + r * MicroKernels.LDA, at + r * MicroKernels.LDA + count);
    }
  }

  /**
   * Packs strips of the second operand, which is read over (n, k).
   *
   * @param column the first column
   * @param columns the number of columns to read; the last strip is filled up with zeros
   * @param p the first row
   * @param count the number of rows
   * @param stripStride the distance of strips
   */
  void strips(Gemm.Matrix b, int column, int columns, int p, int count, Object to, int at, int stripStride) {
    int whole = columns / width;
    long source = b.offset() + column * b.rowStride() + p * b.columnStride();
    if (turn != null && b.rowStride() == 1) {
      panels.packStrips(b.memory(), source, b.columnStride(), count, whole, to, at, stripStride);
    } else {
      for (int strip = 0; strip < whole; strip++) {
        strip(b, source + (long) strip * width * b.rowStride(), width, count, to, at + strip * stripStride);
      }
    }
    int rest = columns - whole * width;
    if (rest > 0) {
      int target = at + whole * stripStride;
      panels.clear(to, target, target + count * width);
      strip(b, source + (long) whole * width * b.rowStride(), rest, count, to, target);
    }
  }

  private void strip(Gemm.Matrix b, long source, int columns, int count, Object to, int at) {
    if (b.columnStride() == 1) {
      turn(b.memory(), source, b.rowStride(), columns, count, to, at, width);
    } else {
      panels.pack(b.memory(), source, b.columnStride(), b.rowStride(), count, columns, to, at, width, 1);
    }
  }

  /** Writes rows of neighbours as columns: element (r, c) goes to {@code at + c * stride + r}. */
  private void turn(
      MemorySegment from, long source, long rowStride, int rows, int columns, Object to, int at, int stride) {
    int side = width / 2;
    int highest = turn == null ? 0 : rows / side * side;
    int widest = turn == null ? 0 : columns / side * side;
    if (turn != null) {
      int bytes = panels.bytes();
      for (int r = 0; r < highest; r += side) {
        for (int c = 0; c < widest; c += side) {
          long start = (source + r * rowStride + c) * bytes;
          turn.fromMemory(from, start, rowStride * bytes, to, at + c * stride + r, stride);
        }
      }
    }
    int rightOf = at + widest * stride;
    panels.pack(from, source + widest, rowStride, 1, highest, columns - widest, to, rightOf, 1, stride);
    panels.pack(
        from, source + highest * rowStride, rowStride, 1, rows - highest, columns, to, at + highest, 1, stride);
  }

  /** Reads rows of a result that were computed before, and writes them {@code ld} apart. */
  void load(Gemm.Matrix c, int row, int rows, int column, int columns, Object to, int at, int ld) {
    long source = c.offset() + row * c.rowStride() + column;
    panels.load(c.memory(), source, c.rowStride(), rows, columns, to, at, ld, turn != null);
  }

  /** Writes rows of a result that are {@code ld} apart. */
  void store(Object from, int at, int ld, Gemm.Matrix c, int row, int rows, int column, int columns) {
    long target = c.offset() + row * c.rowStride() + column;
    panels.store(from, at, ld, rows, columns, c.memory(), target, c.rowStride(), turn != null);
  }

  /** Turns a block of a result: {@code to[toAt + c * toLd + r] = from[at + r * ld + c]}. */
  void turn(Object from, int at, int ld, int rows, int columns, Object to, int toAt, int toLd) {
    int side = width / 2;
    int highest = turn == null ? 0 : rows / side * side;
    int widest = turn == null ? 0 : columns / side * side;
    if (turn != null) {
      for (int r = 0; r < highest; r += side) {
        for (int c = 0; c < widest; c += side) {
          turn.fromArray(from, at + r * ld + c, ld, to, toAt + c * toLd + r, toLd);
        }
      }
    }
    panels.turn(from, at + widest, ld, highest, columns - widest, to, toAt + widest * toLd, toLd);
    panels.turn(from, at + highest * ld, ld, rows - highest, columns, to, toAt + highest, toLd);
  }
}
