package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Panels of {@code double[]}. */
final class DoublePanels implements Panels {
  private static final ValueLayout.OfDouble LAYOUT = ValueLayout.JAVA_DOUBLE;
  private static final int TILE = 16;

  @Override
  public Object array(int n) {
    return new double[n];
  }

  @Override
  public int bytes() {
    return Double.BYTES;
  }

  @Override
  public int length(Object array) {
    return ((double[]) array).length;
  }

  @Override
  public void load(
      MemorySegment from, long at, long rowStride, int rows, int columns, Object to, int toAt, int ld, boolean vectors) {
    if (vectors) {
      VectorPanels.loadRows(from, at << 3, rowStride << 3, rows, columns, (double[]) to, toAt, ld);
      return;
    }
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(from, LAYOUT, (at + r * rowStride) << 3, (double[]) to, toAt + r * ld, columns);
    }
  }

  @Override
  public void store(
      Object from, int fromAt, int ld, int rows, int columns, MemorySegment to, long at, long rowStride, boolean vectors) {
    if (vectors) {
      VectorPanels.storeRows((double[]) from, fromAt, ld, rows, columns, to, at << 3, rowStride << 3);
      return;
    }
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy((double[]) from, fromAt + r * ld, to, LAYOUT, (at + r * rowStride) << 3, columns);
    }
  }

  @Override
  public void clear(Object array, int from, int to) {
    Arrays.fill((double[]) array, from, to, 0);
  }

  @Override
  public void pack(
      MemorySegment from,
      long at,
      long rowStride,
      long columnStride,
      int rows,
      int columns,
      Object to,
      int toAt,
      int toRowStride,
      int toColumnStride) {
    double[] array = (double[]) to;
    for (int r0 = 0; r0 < rows; r0 += TILE) {
      int r1 = Math.min(rows, r0 + TILE);
      for (int c0 = 0; c0 < columns; c0 += TILE) {
        int c1 = Math.min(columns, c0 + TILE);
        for (int r = r0; r < r1; r++) {
          long source = at + r * rowStride + c0 * columnStride;
          int target = toAt + r * toRowStride + c0 * toColumnStride;
          for (int c = c0; c < c1; c++) {
            array[target] = from.get(LAYOUT, source << 3);
            source += columnStride;
            target += toColumnStride;
          }
        }
      }
    }
  }

  @Override
  public void packStrips(
      MemorySegment from, long at, long rowStride, int rows, int strips, Object to, int toAt, int stripStride) {
    VectorPanels.packStrips(from, at << 3, rowStride << 3, rows, strips, (double[]) to, toAt, stripStride);
  }

  @Override
  public void turn(Object from, int at, int ld, int rows, int columns, Object to, int toAt, int toLd) {
    double[] source = (double[]) from;
    double[] target = (double[]) to;
    for (int r0 = 0; r0 < rows; r0 += TILE) {
      int r1 = Math.min(rows, r0 + TILE);
      for (int c = 0; c < columns; c++) {
        for (int r = r0; r < r1; r++) {
          target[toAt + c * toLd + r] = source[at + r * ld + c];
        }
      }
    }
  }
}
