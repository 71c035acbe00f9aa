package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Moves lanes between memory with a stride and an array, from which a vector is loaded in one piece. */
final class StridedLanes {
  private StridedLanes() {}

  static void read(float[] to, MemorySegment from, long start, long stride, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = from.get(ValueLayout.JAVA_FLOAT_UNALIGNED, start + i * stride);
    }
  }

  static void read(double[] to, MemorySegment from, long start, long stride, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = from.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, start + i * stride);
    }
  }

  static void read(int[] to, MemorySegment from, long start, long stride, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = from.get(ValueLayout.JAVA_INT_UNALIGNED, start + i * stride);
    }
  }

  static void read(long[] to, MemorySegment from, long start, long stride, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = from.get(ValueLayout.JAVA_LONG_UNALIGNED, start + i * stride);
    }
  }

  static void read(byte[] to, MemorySegment from, long start, long stride, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = from.get(ValueLayout.JAVA_BYTE, start + i * stride);
    }
  }

  static void write(float[] from, MemorySegment to, long start, long stride, int n) {
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, start + i * stride, from[i]);
    }
  }

  static void write(double[] from, MemorySegment to, long start, long stride, int n) {
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, start + i * stride, from[i]);
    }
  }

  static void write(int[] from, MemorySegment to, long start, long stride, int n) {
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_INT_UNALIGNED, start + i * stride, from[i]);
    }
  }

  static void write(long[] from, MemorySegment to, long start, long stride, int n) {
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_LONG_UNALIGNED, start + i * stride, from[i]);
    }
  }

  static void write(byte[] from, MemorySegment to, long start, long stride, int n) {
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_BYTE, start + i * stride, from[i]);
    }
  }
}
