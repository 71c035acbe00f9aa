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
  public void load(MemorySegment from, long at, Object to, int toAt, int n) {
    MemorySegment.copy(from, LAYOUT, at << 3, (double[]) to, toAt, n);
  }

  @Override
  public void store(Object from, int fromAt, MemorySegment to, long at, int n) {
    MemorySegment.copy((double[]) from, fromAt, to, LAYOUT, at << 3, n);
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
