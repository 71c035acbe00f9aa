package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Panels of {@code float[]}. */
final class FloatPanels implements Panels {
  private static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT;
  private static final int TILE = 16;

  @Override
  public Object array(int n) {
    return new float[n];
  }

  @Override
  public int bytes() {
    return Float.BYTES;
  }

  @Override
  public int length(Object array) {
    return ((float[]) array).length;
  }

  @Override
  public void load(
      MemorySegment from, long at, long rowStride, int rows, int columns, Object to, int toAt, int ld, boolean vectors) {
    if (vectors) {
      VectorPanels.loadRows(from, at << 2, rowStride << 2, rows, columns, (float[]) to, toAt, ld);
      return;
    }
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(from, LAYOUT, (at + r * rowStride) << 2, (float[]) to, toAt + r * ld, columns);
    }
  }

  @Override
  public void store(
      Object from, int fromAt, int ld, int rows, int columns, MemorySegment to, long at, long rowStride, boolean vectors) {
    if (vectors) {
      VectorPanels.storeRows((float[]) from, fromAt, ld, rows, columns, to, at << 2, rowStride << 2);
      return;
    }
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy((float[]) from, fromAt + r * ld, to, LAYOUT, (at + r * rowStride) << 2, columns);
    }
  }

  @Override
  public void clear(Object array, int from, int to) {
    Arrays.fill((float[]) array, from, to, 0);
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
    float[] array = (float[]) to;
    for (int r0 = 0; r0 < rows; r0 += TILE) {
      int r1 = Math.min(rows, r0 + TILE);
      for (int c0 = 0; c0 < columns; c0 += TILE) {
        int c1 = Math.min(columns, c0 + TILE);
        for (int r = r0; r < r1; r++) {
          long source = at + r * rowStride + c0 * columnStride;
          int target = toAt + r * toRowStride + c0 * toColumnStride;
          for (int c = c0; c < c1; c++) {
            array[target] = from.get(LAYOUT, source << 2);
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
    VectorPanels.packStrips(from, at << 2, rowStride << 2, rows, strips, (float[]) to, toAt, stripStride);
  }

  @Override
  public void turn(Object from, int at, int ld, int rows, int columns, Object to, int toAt, int toLd) {
    float[] source = (float[]) from;
    float[] target = (float[]) to;
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
