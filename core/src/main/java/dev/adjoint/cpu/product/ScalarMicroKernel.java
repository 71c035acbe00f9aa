package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.DType;
import java.lang.foreign.ValueLayout;

/**
 * A micro-kernel of plain loops: for JVMs without vectors, and until the vector one is compiled. Tiles have an even number of
 * rows and columns; four sums side by side keep the multiply-add units busier than one chain.
 */
record ScalarMicroKernel(DType dtype, int rows, int columns) implements MicroKernel {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  @Override
  public void run(
      int k,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      long init,
      long initRow,
      long c,
      long cRow) {
    for (int r = 0; r < rows; r += 2) {
      for (int j = 0; j < columns; j += 2) {
        long at = (long) j * dtype.bytes();
        if (dtype == DType.F64) {
          block64(k, a, aRow, aStep, b + at, bStep, init + at, initRow, c + at, cRow);
        } else {
          block32(k, a, aRow, aStep, b + at, bStep, init + at, initRow, c + at, cRow);
        }
      }
      a += 2 * aRow;
      init += 2 * initRow;
      c += 2 * cRow;
    }
  }

  private static void block32(
      int k,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      long init,
      long initRow,
      long c,
      long cRow) {
    float s00 = ALL.get(F32, init);
    float s01 = ALL.get(F32, init + 4);
    float s10 = ALL.get(F32, init + initRow);
    float s11 = ALL.get(F32, init + initRow + 4);
    for (int p = 0; p < k; p++) {
      float a0 = ALL.get(F32, a);
      float a1 = ALL.get(F32, a + aRow);
      float b0 = ALL.get(F32, b);
      float b1 = ALL.get(F32, b + 4);
      s00 = Math.fma(a0, b0, s00);
      s01 = Math.fma(a0, b1, s01);
      s10 = Math.fma(a1, b0, s10);
      s11 = Math.fma(a1, b1, s11);
      a += aStep;
      b += bStep;
    }
    ALL.set(F32, c, s00);
    ALL.set(F32, c + 4, s01);
    ALL.set(F32, c + cRow, s10);
    ALL.set(F32, c + cRow + 4, s11);
  }

  private static void block64(
      int k,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      long init,
      long initRow,
      long c,
      long cRow) {
    double s00 = ALL.get(F64, init);
    double s01 = ALL.get(F64, init + 8);
    double s10 = ALL.get(F64, init + initRow);
    double s11 = ALL.get(F64, init + initRow + 8);
    for (int p = 0; p < k; p++) {
      double a0 = ALL.get(F64, a);
      double a1 = ALL.get(F64, a + aRow);
      double b0 = ALL.get(F64, b);
      double b1 = ALL.get(F64, b + 8);
      s00 = Math.fma(a0, b0, s00);
      s01 = Math.fma(a0, b1, s01);
      s10 = Math.fma(a1, b0, s10);
      s11 = Math.fma(a1, b1, s11);
      a += aStep;
      b += bStep;
    }
    ALL.set(F64, c, s00);
    ALL.set(F64, c + 8, s01);
    ALL.set(F64, c + cRow, s10);
    ALL.set(F64, c + cRow + 8, s11);
  }
}
