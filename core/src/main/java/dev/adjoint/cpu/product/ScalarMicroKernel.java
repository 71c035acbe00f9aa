package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.DType;
import java.lang.foreign.ValueLayout;

/**
 * A micro-kernel of plain loops, for processes without machine code. Four sums side by side keep the multiply-add units busier
 * than one chain; where a row or a column has no neighbour, it is its own, and computed twice.
 */
record ScalarMicroKernel(DType dtype) implements MicroKernel {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final int LANES = 16;
  private static final int HEIGHT = 8;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public int height() {
    return HEIGHT;
  }

  @Override
  public int vectors(int rows) {
    return 1;
  }

  @Override
  public void run(Rows of, Strips b, Matrix c, int rows, int columns, int deep, boolean first) {
    Matrix a = of.matrix();
    for (int j = 0; j < columns; j += 2) {
      long at = b.address() + j / LANES * b.stripStride() + (long) j % LANES * dtype.bytes();
      long nextColumn = j + 1 < columns ? dtype.bytes() : 0;
      for (int r = 0; r < rows; r += 2) {
        boolean alone = r + 1 == rows;
        long aRow = alone ? 0 : a.rowStride();
        long cRow = alone ? 0 : c.rowStride();
        if (dtype == DType.F64) {
          block64(
              deep,
              a.at(r, 0),
              aRow,
              a.columnStride(),
              of.list(),
              at,
              nextColumn,
              b.step(),
              b.list(),
              first,
              c.at(r, j),
              cRow);
        } else {
          block32(
              deep,
              a.at(r, 0),
              aRow,
              a.columnStride(),
              of.list(),
              at,
              nextColumn,
              b.step(),
              b.list(),
              first,
              c.at(r, j),
              cRow);
        }
      }
    }
  }

  private static void block32(
      int k,
      long a,
      long aRow,
      long aStep,
      long aList,
      long b,
      long bColumn,
      long bStep,
      long list,
      boolean first,
      long c,
      long cRow) {
    float s00 = first ? 0 : ALL.get(F32, c);
    float s01 = first ? 0 : ALL.get(F32, c + bColumn);
    float s10 = first ? 0 : ALL.get(F32, c + cRow);
    float s11 = first ? 0 : ALL.get(F32, c + cRow + bColumn);
    for (int p = 0; p < k; p++) {
      float a0 = ALL.get(F32, a);
      float a1 = ALL.get(F32, a + aRow);
      long at = b + (list == 0 ? p * bStep : ALL.get(ValueLayout.JAVA_LONG, list + 8L * p));
      float b0 = ALL.get(F32, at);
      float b1 = ALL.get(F32, at + bColumn);
      s00 = Math.fma(a0, b0, s00);
      s01 = Math.fma(a0, b1, s01);
      s10 = Math.fma(a1, b0, s10);
      s11 = Math.fma(a1, b1, s11);
      a += aList == 0 ? aStep : ALL.get(ValueLayout.JAVA_LONG, aList + 8L * p);
    }
    ALL.set(F32, c, s00);
    ALL.set(F32, c + bColumn, s01);
    ALL.set(F32, c + cRow, s10);
    ALL.set(F32, c + cRow + bColumn, s11);
  }

  private static void block64(
      int k,
      long a,
      long aRow,
      long aStep,
      long aList,
      long b,
      long bColumn,
      long bStep,
      long list,
      boolean first,
      long c,
      long cRow) {
    double s00 = first ? 0 : ALL.get(F64, c);
    double s01 = first ? 0 : ALL.get(F64, c + bColumn);
    double s10 = first ? 0 : ALL.get(F64, c + cRow);
    double s11 = first ? 0 : ALL.get(F64, c + cRow + bColumn);
    for (int p = 0; p < k; p++) {
      double a0 = ALL.get(F64, a);
      double a1 = ALL.get(F64, a + aRow);
      long at = b + (list == 0 ? p * bStep : ALL.get(ValueLayout.JAVA_LONG, list + 8L * p));
      double b0 = ALL.get(F64, at);
      double b1 = ALL.get(F64, at + bColumn);
      s00 = Math.fma(a0, b0, s00);
      s01 = Math.fma(a0, b1, s01);
      s10 = Math.fma(a1, b0, s10);
      s11 = Math.fma(a1, b1, s11);
      a += aList == 0 ? aStep : ALL.get(ValueLayout.JAVA_LONG, aList + 8L * p);
    }
    ALL.set(F64, c, s00);
    ALL.set(F64, c + bColumn, s01);
    ALL.set(F64, c + cRow, s10);
    ALL.set(F64, c + cRow + bColumn, s11);
  }
}
