package dev.adjoint.cpu.product;

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

  /** The first of the columns from {@code start} on with the largest absolute value, as far as numbers can be compared. */
  abstract int largest(int row, int start, int end);

  /** The element {@code to} of row x becomes {@code x - a_j x_j} for j before it, one after the other. */
  abstract void subtractProducts(int x, int a, int to);

  /** Row {@code to} becomes {@code factor * from + to} in some columns, rounded once. */
  abstract void addScaled(int to, double factor, int from, int start, int end);

  /** Row {@code to} becomes {@code factor * to} in some columns. */
  abstract void scale(int to, double factor, int start, int end);

  /** Row {@code to} becomes {@code to / divisor} in some columns. */
  abstract void divide(int to, double divisor, int start, int end);

  /** Row {@code to} becomes {@code from} in some columns. */
  abstract void copy(int to, int from, int start, int end);

  /** Fills the columns of a row from {@code start} on from memory, whose elements from {@code element} on are a stride apart. */
  abstract void read(int row, int start, int end, MemorySegment from, long element, long stride);

  /** Writes some columns of a row to memory, a stride apart. */
  abstract void write(int row, int start, int end, MemorySegment to, long element, long stride);

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
    int largest(int row, int start, int end) {
      float[] x = rows[row];
      int best = start;
      float largest = Math.abs(x[start]);
      for (int j = start + 1; j < end; j++) {
        float size = Math.abs(x[j]);
        if (size > largest) {
          best = j;
          largest = size;
        }
      }
      return best;
    }

    @Override
    void subtractProducts(int x, int a, int to) {
      float[] known = rows[x];
      float[] factors = rows[a];
      float rest = known[to];
      for (int j = 0; j < to; j++) {
        rest = Math.fma(-factors[j], known[j], rest);
      }
      known[to] = rest;
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
    void write(int row, int start, int end, MemorySegment to, long element, long stride) {
      float[] x = rows[row];
      if (stride == 1) {
        MemorySegment.copy(x, start, to, ValueLayout.JAVA_FLOAT, element << 2, end - start);
        return;
      }
      for (int j = start; j < end; j++) {
        to.set(ValueLayout.JAVA_FLOAT, (element + (j - start) * stride) << 2, x[j]);
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
    int largest(int row, int start, int end) {
      double[] x = rows[row];
      int best = start;
      double largest = Math.abs(x[start]);
      for (int j = start + 1; j < end; j++) {
        double size = Math.abs(x[j]);
        if (size > largest) {
          best = j;
          largest = size;
        }
      }
      return best;
    }

    @Override
    void subtractProducts(int x, int a, int to) {
      double[] known = rows[x];
      double[] factors = rows[a];
      double rest = known[to];
      for (int j = 0; j < to; j++) {
        rest = Math.fma(-factors[j], known[j], rest);
      }
      known[to] = rest;
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
    void write(int row, int start, int end, MemorySegment to, long element, long stride) {
      double[] x = rows[row];
      if (stride == 1) {
        MemorySegment.copy(x, start, to, ValueLayout.JAVA_DOUBLE, element << 3, end - start);
        return;
      }
      for (int j = start; j < end; j++) {
        to.set(ValueLayout.JAVA_DOUBLE, (element + (j - start) * stride) << 3, x[j]);
      }
    }
  }
}
