package dev.adjoint.cpu;

import dev.adjoint.DType;

/** A micro-kernel of plain loops: for JVMs without vectors, and until the vector one is compiled. */
record ScalarMicroKernel(DType dtype, int rows, int columns) implements MicroKernel {
  @Override
  public void run(
      int k, Object a, int ao, Object b, int bo, Object init, int io, int ldi, Object c, int co, int ldc) {
    for (int r = 0; r < rows; r++) {
      int ar = ao + r * MicroKernels.LDA;
      int ir = io + r * ldi;
      int cr = co + r * ldc;
      System.arraycopy(init, ir, c, cr, columns);
      if (dtype == DType.F64) {
        row(k, (double[]) a, ar, (double[]) b, bo, (double[]) c, cr, columns);
      } else {
        row(k, (float[]) a, ar, (float[]) b, bo, (float[]) c, cr, columns);
      }
    }
  }

  // As many sums side by side as it takes to keep two multiply-add units busy; no type has narrower tiles.
  private static void row(int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int n) {
    for (int j = 0; j < n; j += 8) {
      float s0 = c[co + j];
      float s1 = c[co + j + 1];
      float s2 = c[co + j + 2];
      float s3 = c[co + j + 3];
      float s4 = c[co + j + 4];
      float s5 = c[co + j + 5];
      float s6 = c[co + j + 6];
      float s7 = c[co + j + 7];
      for (int p = 0; p < k; p++) {
        float x = a[ao + p];
        int at = bo + p * n + j;
        s0 = Math.fma(x, b[at], s0);
        s1 = Math.fma(x, b[at + 1], s1);
        s2 = Math.fma(x, b[at + 2], s2);
        s3 = Math.fma(x, b[at + 3], s3);
        s4 = Math.fma(x, b[at + 4], s4);
        s5 = Math.fma(x, b[at + 5], s5);
        s6 = Math.fma(x, b[at + 6], s6);
        s7 = Math.fma(x, b[at + 7], s7);
      }
      c[co + j] = s0;
      c[co + j + 1] = s1;
      c[co + j + 2] = s2;
      c[co + j + 3] = s3;
      c[co + j + 4] = s4;
      c[co + j + 5] = s5;
      c[co + j + 6] = s6;
      c[co + j + 7] = s7;
    }
  }

  private static void row(int k, double[] a, int ao, double[] b, int bo, double[] c, int co, int n) {
    for (int j = 0; j < n; j += 4) {
      double s0 = c[co + j];
      double s1 = c[co + j + 1];
      double s2 = c[co + j + 2];
      double s3 = c[co + j + 3];
      for (int p = 0; p < k; p++) {
        double x = a[ao + p];
        int at = bo + p * n + j;
        s0 = Math.fma(x, b[at], s0);
        s1 = Math.fma(x, b[at + 1], s1);
        s2 = Math.fma(x, b[at + 2], s2);
        s3 = Math.fma(x, b[at + 3], s3);
      }
      c[co + j] = s0;
      c[co + j + 1] = s1;
      c[co + j + 2] = s2;
      c[co + j + 3] = s3;
    }
  }
}
