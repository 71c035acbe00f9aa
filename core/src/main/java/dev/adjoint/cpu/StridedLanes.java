package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Moves lanes between memory with a stride, in bytes, and an array. */
final class StridedLanes {
  private StridedLanes() {}

  static void read(float[] to, MemorySegment from, long start, long stride, int n) {
    if (stride == Float.BYTES) {
      MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] = from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, start + i * stride);
    }
  }

  static void read(double[] to, MemorySegment from, long start, long stride, int n) {
    if (stride == Double.BYTES) {
      MemorySegment.copy(from, ValueLayout.JAVA_DOUBLE_UNALIGNED, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] = from.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, start + i * stride);
    }
  }

  static void read(int[] to, MemorySegment from, long start, long stride, int n) {
    if (stride == Integer.BYTES) {
      MemorySegment.copy(from, ValueLayout.JAVA_INT_UNALIGNED, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] = from.get(ValueLayout.JAVA_INT_UNALIGNED, start + i * stride);
    }
  }

  static void read(long[] to, MemorySegment from, long start, long stride, int n) {
    if (stride == Long.BYTES) {
      MemorySegment.copy(from, ValueLayout.JAVA_LONG_UNALIGNED, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] = from.get(ValueLayout.JAVA_LONG_UNALIGNED, start + i * stride);
    }
  }

  static void read(byte[] to, MemorySegment from, long start, long stride, int n) {
    if (stride == Byte.BYTES) {
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] = from.get(ValueLayout.JAVA_BYTE, start + i * stride);
    }
  }

  static void write(float[] from, MemorySegment to, long start, long stride, int n) {
    if (stride == Float.BYTES) {
      MemorySegment.copy(from, 0, to, ValueLayout.JAVA_FLOAT_UNALIGNED, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, start + i * stride, from[i]);
    }
  }

  static void write(double[] from, MemorySegment to, long start, long stride, int n) {
    if (stride == Double.BYTES) {
      MemorySegment.copy(from, 0, to, ValueLayout.JAVA_DOUBLE_UNALIGNED, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, start + i * stride, from[i]);
    }
  }

  static void write(int[] from, MemorySegment to, long start, long stride, int n) {
    if (stride == Integer.BYTES) {
      MemorySegment.copy(from, 0, to, ValueLayout.JAVA_INT_UNALIGNED, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_INT_UNALIGNED, start + i * stride, from[i]);
    }
  }

  static void write(long[] from, MemorySegment to, long start, long stride, int n) {
    if (stride == Long.BYTES) {
      MemorySegment.copy(from, 0, to, ValueLayout.JAVA_LONG_UNALIGNED, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_LONG_UNALIGNED, start + i * stride, from[i]);
    }
  }

  static void write(byte[] from, MemorySegment to, long start, long stride, int n) {
    if (stride == Byte.BYTES) {
      MemorySegment.copy(from, 0, to, ValueLayout.JAVA_BYTE, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_BYTE, start + i * stride, from[i]);
    }
  }
}
