package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rows of a matrix in arrays of their own, so that a loop over two of them is vector code of the JVM. Numbers are doubles that
 * the element type has; {@link #round} makes them so again after an operation, which rounds no result twice: not those of one
 * addition, product, quotient or root.
 */
abstract sealed class MatrixRows {
  /** Room for rows of so many elements. */
  static MatrixRows of(DType dtype, int rows, int columns) {
    return dtype == DType.F32 ? new Singles(rows, columns) : new Doubles(rows, columns);
  }

  abstract double get(int row, int column);

  abstract void set(int row, int column, double value);

  /** A number rounded to the element type. */
  abstract double round(double value);

  /** {@code a * b + c}, rounded once. */
  abstract double fma(double a, double b, double c);

  /** Row {@code to} becomes {@code factor * from + to} in some columns, rounded once. */
  abstract void addScaled(int to, double factor, int from, int start, int end);

  /** Row {@code to} becomes {@code factor * to} in some columns. */
  abstract void scale(int to, double factor, int start, int end);

  /** Row {@code to} becomes {@code to / divisor} in some columns. */
  abstract void divide(int to, double divisor, int start, int end);

  /** Row {@code to} becomes {@code from} in some columns. */
  abstract void copy(int to, int from, int start, int end);

  /** Exchanges two rows. */
  abstract void exchange(int a, int b);

  /** Fills the columns of a row from {@code start} on from memory, whose elements from {@code element} on are a stride apart. */
  abstract void read(int row, int start, int end, MemorySegment from, long element, long stride);

  /** Writes the first columns of a row to memory, a stride apart. */
  abstract void write(int row, int count, MemorySegment to, long element, long stride);

  private static final class Singles extends MatrixRows {
    private final float[][] rows;

    Singles(int rows, int columns) {
      this.rows = new float[rows][columns];
    }

    @Override
    double get(int row, int column) {
      return rows[row][column];
    }

    @Override
    void set(int row, int column, double value) {
      rows[row][column] = (float) value;
    }

    @Override
    double round(double value) {
      return (float) value;
    }

    @Override
    double fma(double a, double b, double c) {
      return Math.fma((float) a, (float) b, (float) c);
    }

    @Override
    void addScaled(int to, double factor, int from, int start, int end) {
      float[] x = rows[from];
      float[] y = rows[to];
      float f = (float) factor;
      for (int j = start; j < end; j++) {
        y[j] = Math.fma(f, x[j], y[j]);
      }
    }

    @Override
    void scale(int to, double factor, int start, int end) {
      float[] y = rows[to];
      float f = (float) factor;
      for (int j = start; j < end; j++) {
        y[j] *= f;
      }
    }

    @Override
    void divide(int to, double divisor, int start, int end) {
      float[] y = rows[to];
      float d = (float) divisor;
      for (int j = start; j < end; j++) {
        y[j] /= d;
      }
    }

    @Override
    void copy(int to, int from, int start, int end) {
      System.arraycopy(rows[from], start, rows[to], start, end - start);
    }

    @Override
    void exchange(int a, int b) {
      float[] row = rows[a];
      rows[a] = rows[b];
      rows[b] = row;
    }

    @Override
    void read(int row, int start, int end, MemorySegment from, long element, long stride) {
      float[] x = rows[row];
      if (stride == 1) {
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, element << 2, x, start, end - start);
        return;
      }
      for (int j = start; j < end; j++) {
        x[j] = from.get(ValueLayout.JAVA_FLOAT, (element + (j - start) * stride) << 2);
      }
    }

    @Override
    void write(int row, int count, MemorySegment to, long element, long stride) {
      float[] x = rows[row];
      if (stride == 1) {
        MemorySegment.copy(x, 0, to, ValueLayout.JAVA_FLOAT, element << 2, count);
        return;
      }
      for (int j = 0; j < count; j++) {
        to.set(ValueLayout.JAVA_FLOAT, (element + j * stride) << 2, x[j]);
      }
    }
  }

  private static final class Doubles extends MatrixRows {
    private final double[][] rows;

    Doubles(int rows, int columns) {
      this.rows = new double[rows][columns];
    }

    @Override
    double get(int row, int column) {
      return rows[row][column];
    }

    @Override
    void set(int row, int column, double value) {
      rows[row][column] = value;
    }

    @Override
    double round(double value) {
      return value;
    }

    @Override
    double fma(double a, double b, double c) {
      return Math.fma(a, b, c);
    }

    @Override
    void addScaled(int to, double factor, int from, int start, int end) {
      double[] x = rows[from];
      double[] y = rows[to];
      for (int j = start; j < end; j++) {
        y[j] = Math.fma(factor, x[j], y[j]);
      }
    }

    @Override
    void scale(int to, double factor, int start, int end) {
      double[] y = rows[to];
      for (int j = start; j < end; j++) {
        y[j] *= factor;
      }
    }

    @Override
    void divide(int to, double divisor, int start, int end) {
      double[] y = rows[to];
      for (int j = start; j < end; j++) {
        y[j] /= divisor;
      }
    }

    @Override
    void copy(int to, int from, int start, int end) {
      System.arraycopy(rows[from], start, rows[to], start, end - start);
    }

    @Override
    void exchange(int a, int b) {
      double[] row = rows[a];
      rows[a] = rows[b];
      rows[b] = row;
    }

    @Override
    void read(int row, int start, int end, MemorySegment from, long element, long stride) {
      double[] x = rows[row];
      if (stride == 1) {
        MemorySegment.copy(from, ValueLayout.JAVA_DOUBLE, element << 3, x, start, end - start);
        return;
      }
      for (int j = start; j < end; j++) {
        x[j] = from.get(ValueLayout.JAVA_DOUBLE, (element + (j - start) * stride) << 3);
      }
    }

    @Override
    void write(int row, int count, MemorySegment to, long element, long stride) {
      double[] x = rows[row];
      if (stride == 1) {
        MemorySegment.copy(x, 0, to, ValueLayout.JAVA_DOUBLE, element << 3, count);
        return;
      }
      for (int j = 0; j < count; j++) {
        to.set(ValueLayout.JAVA_DOUBLE, (element + j * stride) << 3, x[j]);
      }
    }
  }
}
