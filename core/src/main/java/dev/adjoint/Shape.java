package dev.adjoint;

import dev.adjoint.graph.Axes;
import dev.adjoint.graph.OpError;
import java.util.Arrays;

/** The sizes of a tensor's axes, outermost first; a scalar has none. */
public final class Shape {
  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final long size;
  private final int hash;

  private Shape(int[] dims) {
    this.dims = dims;
    for (int d : dims) {
      if (d < 0) {
        throw OpError.of("shape", "negative size in " + Arrays.toString(dims));
      }
    }
    long n = Axes.product(dims);
    if (n == Long.MAX_VALUE) {
      throw OpError.of("shape", Arrays.toString(dims) + " has more elements than a long can count");
    }
    this.size = n;
    this.hash = Arrays.hashCode(dims);
  }

  /**
   * The shape with the given sizes.
   *
   * @throws IllegalArgumentException if a size is negative, or a long cannot count the elements
   */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** The number of axes. */
  public int rank() {
    return dims.length;
  }

  /** The size of an axis; a negative axis counts from the end. */
  public int dim(int axis) {
    return dims[axis(axis, "dim")];
  }

  /** A fresh copy of the sizes. */
  public int[] dims() {
    return dims.clone();
  }

  /** The number of elements: the product of all sizes, 1 for a scalar. */
  public long size() {
    return size;
  }

  /**
   * The bytes of a value of this shape.
   *
   * @param op the name of the calling op, for the error
   * @throws IllegalArgumentException if a long cannot count them
   */
  public long bytes(DType dtype, String op) {
    if (size > Long.MAX_VALUE / dtype.bytes()) {
      throw OpError.of(op, this + " of " + dtype + " has more bytes than a long can count");
    }
    return size * dtype.bytes();
  }

  /**
   * Turns a possibly negative axis into its index.
   *
   * @param op the name of the calling op, for the error
   * @throws IllegalArgumentException if the axis is out of range
   */
  public int axis(int axis, String op) {
    int a = axis < 0 ? axis + dims.length : axis;
    if (a < 0 || a >= dims.length) {
      throw OpError.of(
          op, "axis " + axis + " is out of range for shape " + this + " of rank " + dims.length);
    }
    return a;
  }

  /** This shape with one axis resized. */
  public Shape with(int axis, int size) {
    int[] d = dims.clone();
    d[axis] = size;
    return new Shape(d);
  }

  /** Element strides of the row-major layout. */
  public long[] strides() {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return strides;
  }

  /**
   * The shape that two shapes broadcast to: sizes are aligned at the right, and 1 stretches to any size.
   *
   * @param op the name of the calling op, for the error
   * @throws IllegalArgumentException if two aligned sizes differ and neither is 1
   */
  public static Shape broadcast(Shape a, Shape b, String op) {
    if (a.equals(b)) {
      return a;
    }
    int rank = Math.max(a.rank(), b.rank());
    int[] out = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dims[a.rank() - i] : 1;
      int y = i <= b.rank() ? b.dims[b.rank() - i] : 1;
      if (x != y && x != 1 && y != 1) {
        throw OpError.of(op, "shapes do not broadcast: " + a + " and " + b);
      }
      out[rank - i] = x == 1 ? y : x;
    }
    return new Shape(out);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Shape s && hash == s.hash && Arrays.equals(dims, s.dims));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The sizes in brackets, as in {@code [2, 3]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
