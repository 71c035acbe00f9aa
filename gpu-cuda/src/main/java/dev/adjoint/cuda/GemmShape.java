package dev.adjoint.cuda;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.kernel.Geometry;
import org.jspecify.annotations.Nullable;

/**
 * A batch of matrix products as libraries describe them: one distance between the products of a batch, and matrices whose rows
 * or columns are contiguous.
 *
 * @param precision how exact products of f32 must be at least
 * @param batches how many products
 * @param m rows of the result
 * @param n columns of the result
 * @param k what is summed over
 * @param left m rows of k elements
 * @param right n rows of k elements: the right operand, transposed
 * @param result m rows of n elements
 * @param bias what the address of n elements is a multiple of, in bytes, that are added to each row; 0 if there are none
 */
record GemmShape(
    DType dtype,
    Precision precision,
    int batches,
    long m,
    long n,
    long k,
    Matrix left,
    Matrix right,
    Matrix result,
    int bias)
    implements ProductShape<GemmShape> {
  /**
   * How a matrix lies in memory.
   *
   * @param contiguousRows whether neighbours in a row are neighbours in memory; neighbours in a column are, otherwise
   * @param leading the distance of rows, or else of columns
   * @param batch the distance between the matrices of a batch
   * @param alignment what the address of every matrix is a multiple of, in bytes; a power of two
   */
  record Matrix(boolean contiguousRows, long leading, long batch, int alignment) {}

  /** The alignment of memory that a launch is given, as {@link dev.adjoint.device.Program.Launch} promises it. */
  private static final long START_ALIGNMENT = 64;

  /** The products of a launch of a {@link dev.adjoint.kernel.Kernel.MatMul}, or null if they cannot be described this way. */
  static @Nullable GemmShape of(DType dtype, Precision precision, Geometry geometry) {
    int[] sizes = geometry.sizes();
    int axes = sizes.length - 3;
    long batches = 1;
    for (int a = 0; a < axes; a++) {
      batches *= sizes[a];
    }
    long m = sizes[axes];
    long n = sizes[axes + 1];
    long k = sizes[axes + 2];
    if (batches * m * n * k == 0 || batches > Integer.MAX_VALUE) {
      return null;
    }
    Matrix left = matrix(dtype, geometry, 0, axes, axes + 2);
    Matrix right = matrix(dtype, geometry, 1, axes + 1, axes + 2);
    Matrix result = matrix(dtype, geometry, 2, axes, axes + 1);
    if (left == null || right == null || result == null || !result.contiguousRows) {
      return null;
    }
    return new GemmShape(dtype, precision, (int) batches, m, n, k, left, right, result, 0);
  }

  private static @Nullable Matrix matrix(
      DType dtype, Geometry geometry, int operand, int rowAxis, int columnAxis) {
    long[] strides = geometry.strides()[operand];
    long rows = geometry.sizes()[rowAxis];
    long columns = geometry.sizes()[columnAxis];
    long down = strides[rowAxis];
    long across = strides[columnAxis];
    long batch = batchStride(geometry, operand);
    if (batch < 0) {
      return null;
    }
    boolean contiguousRows;
    long leading;
    // The distance along an axis of size 1 may be anything.
    if ((across == 1 || columns == 1) && (down >= columns || rows == 1)) {
      contiguousRows = true;
      leading = rows == 1 ? columns : down;
    } else if ((down == 1 || rows == 1) && (across >= rows || columns == 1)) {
      contiguousRows = false;
      leading = columns == 1 ? rows : across;
    } else {
      return null;
    }
    long bytes = dtype.bytes();
    int alignment = alignment(geometry.offsets()[operand] * bytes | batch * bytes);
    return new Matrix(contiguousRows, leading, batch, alignment);
  }

  /** What addresses are a multiple of that begin at some bytes in memory. */
  private static int alignment(long bytes) {
    return (int) Long.lowestOneBit(START_ALIGNMENT | bytes);
  }

  /** The one distance between the matrices of an operand in row-major order of the batch; -1 if there is no such. */
  private static long batchStride(Geometry geometry, int operand) {
    long[] strides = geometry.strides()[operand];
    long stride = 0;
    long matrices = 1;
    for (int a = geometry.sizes().length - 4; a >= 0; a--) {
      int size = geometry.sizes()[a];
      if (size == 1) {
        continue;
      }
      if (matrices == 1) {
        stride = strides[a];
      } else if (strides[a] != stride * matrices) {
        return -1;
      }
      matrices *= size;
    }
    return stride;
  }

  @Override
  public GemmShape inFull() {
    return new GemmShape(dtype, Precision.F32, batches, m, n, k, left, right, result, bias);
  }

  @Override
  public GemmShape withBias(long offset) {
    int alignment = alignment(offset * dtype.bytes());
    return new GemmShape(dtype, precision, batches, m, n, k, left, right, result, alignment);
  }

  @Override
  public double work() {
    return (double) batches * m * n * k;
  }
}
