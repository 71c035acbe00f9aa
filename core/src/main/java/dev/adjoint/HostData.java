package dev.adjoint;

import dev.adjoint.graph.OpError;
import dev.adjoint.schedule.Engine;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;

/**
 * A tensor's elements in a Java array of its type: bytes for bool, u8 and i8, shorts with the bits of f16 and bf16, else ints,
 * longs, floats or doubles.
 */
record HostData(DType dtype, Object array) {
  static HostData read(Tensor x) {
    long size = x.size();
    if (size > Integer.MAX_VALUE - 8) {
      throw OpError.of("read", size + " elements do not fit into a Java array");
    }
    int n = (int) size;
    Object array =
        switch (x.dtype()) {
          case BOOL, U8, I8 -> new byte[n];
          case F16, BF16 -> new short[n];
          case I32 -> new int[n];
          case I64 -> new long[n];
          case F32 -> new float[n];
          case F64 -> new double[n];
        };
    if (n > 0) {
      Engine.read(x.node(), segment(array));
    }
    return new HostData(x.dtype(), array);
  }

  /** The memory of a primitive array. */
  static MemorySegment segment(Object array) {
    return switch (array) {
      case byte[] a -> MemorySegment.ofArray(a);
      case short[] a -> MemorySegment.ofArray(a);
      case int[] a -> MemorySegment.ofArray(a);
      case long[] a -> MemorySegment.ofArray(a);
      case float[] a -> MemorySegment.ofArray(a);
      case double[] a -> MemorySegment.ofArray(a);
      default -> throw new IllegalArgumentException("no array of numbers: " + array.getClass());
    };
  }

  int size() {
    return Array.getLength(array);
  }

  /** An element as a double. */
  double real(int i) {
    return switch (array) {
      case short[] a -> dtype.widen(a[i]);
      case float[] a -> a[i];
      case double[] a -> a[i];
      default -> integer(i);
    };
  }

  /** An element as a long. */
  long integer(int i) {
    return switch (array) {
      case byte[] a -> dtype.isSigned() ? a[i] : a[i] & 0xff;
      case int[] a -> a[i];
      case long[] a -> a[i];
      default -> (long) real(i);
    };
  }

  float[] floats() {
    if (dtype == DType.F32) {
      return (float[]) array;
    }
    float[] out = new float[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = dtype.isFloat() ? (float) real(i) : integer(i);
    }
    return out;
  }

  double[] doubles() {
    if (dtype == DType.F64) {
      return (double[]) array;
    }
    double[] out = new double[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = real(i);
    }
    return out;
  }

  int[] ints() {
    if (dtype == DType.I32) {
      return (int[]) array;
    }
    int[] out = new int[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = dtype.isFloat() ? (int) real(i) : (int) integer(i);
    }
    return out;
  }

  long[] longs() {
    if (dtype == DType.I64) {
      return (long[]) array;
    }
    long[] out = new long[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = integer(i);
    }
    return out;
  }

  boolean[] booleans() {
    boolean[] out = new boolean[size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = dtype.isFloat() ? real(i) != 0 : integer(i) != 0;
    }
    return out;
  }

  /** Nested arrays of a shape, or a boxed value for a scalar. */
  Object nested(Shape shape) {
    Object flat =
        switch (dtype.carrier()) {
          case INT -> dtype == DType.BOOL ? booleans() : ints();
          case LONG -> array;
          case FLOAT -> floats();
          case DOUBLE -> array;
        };
    return shape.rank() == 0 ? Array.get(flat, 0) : part(flat, shape.dims(), 0, 0);
  }

  private static Object part(Object flat, int[] dims, int axis, int start) {
    Class<?> element = flat.getClass().getComponentType();
    int n = dims[axis];
    if (axis == dims.length - 1) {
      Object row = Array.newInstance(element, n);
      System.arraycopy(flat, start, row, 0, n);
      return row;
    }
    int stride = 1;
    Class<?> type = element;
    for (int i = axis + 1; i < dims.length; i++) {
      stride *= dims[i];
      type = type.arrayType();
    }
    Object rows = Array.newInstance(type, n);
    for (int i = 0; i < n; i++) {
      Array.set(rows, i, part(flat, dims, axis + 1, start + i * stride));
    }
    return rows;
  }
}
