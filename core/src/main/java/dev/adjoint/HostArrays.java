package dev.adjoint;

import dev.adjoint.graph.OpError;
import dev.adjoint.schedule.HostValues;
import java.lang.reflect.Array;

/** Java arrays as tensors. */
final class HostArrays {
  private HostArrays() {}

  /** A tensor with a copy of a flat primitive array. */
  static Tensor upload(Object array, Shape shape) {
    requireSize(Array.getLength(array), shape.size(), shape, "values");
    DType dtype = type(array);
    return new Tensor(
        HostValues.upload(
            HostData.segment(convert(array, dtype)), shape, dtype, Devices.current()));
  }

  static void requireSize(long actual, long needed, Shape shape, String unit) {
    if (actual != needed) {
      throw OpError.of("tensor", shape + " needs " + needed + " " + unit + ", there are " + actual);
    }
  }

  private static DType type(Object array) {
    return switch (array) {
      case double[] _ -> Scope.dtype();
      case float[] _ -> DType.F32;
      case int[] _ -> DType.I32;
      case long[] _ -> DType.I64;
      case byte[] _ -> DType.U8;
      case boolean[] _ -> DType.BOOL;
      default ->
          throw OpError.of(
              "tensor", "no type for the elements of " + array.getClass().getSimpleName());
    };
  }

  private static Object convert(Object array, DType dtype) {
    return switch (array) {
      case double[] values when dtype.bytes() == Short.BYTES -> {
        short[] shorts = new short[values.length];
        for (int i = 0; i < shorts.length; i++) {
          shorts[i] = dtype.narrow((float) values[i]);
        }
        yield shorts;
      }
      case double[] values when dtype == DType.F32 -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) values[i];
        }
        yield floats;
      }
      case boolean[] values -> {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        yield bytes;
      }
      default -> array;
    };
  }

  /** A tensor with a copy of nested arrays. */
  static Tensor nested(Object[] nested) {
    int rank = 1;
    Class<?> element = nested.getClass().getComponentType();
    while (element.isArray()) {
      element = element.getComponentType();
      rank++;
    }
    if (!element.isPrimitive()) {
      throw OpError.of(
          "tensor", "no type for the elements of " + nested.getClass().getSimpleName());
    }
    int[] dims = new int[rank];
    Object row = nested;
    for (int axis = 0; axis < rank && Array.getLength(row) > 0; axis++) {
      dims[axis] = Array.getLength(row);
      row = axis < rank - 1 ? Array.get(row, 0) : row;
    }
    Shape shape = Shape.of(dims);
    Object flat = Array.newInstance(element, Math.toIntExact(shape.size()));
    copy(nested, dims, 0, flat, 0);
    return upload(flat, shape);
  }

  private static int copy(Object part, int[] dims, int axis, Object flat, int at) {
    int n = Array.getLength(part);
    if (n != dims[axis]) {
      throw OpError.of(
          "tensor", "rows of axis " + axis + " have " + dims[axis] + " and " + n + " elements");
    }
    if (axis == dims.length - 1) {
      System.arraycopy(part, 0, flat, at, n);
      return at + n;
    }
    int next = at;
    for (int i = 0; i < n; i++) {
      next = copy(Array.get(part, i), dims, axis + 1, flat, next);
    }
    return next;
  }
}
