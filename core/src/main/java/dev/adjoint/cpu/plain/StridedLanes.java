package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.memory.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Moves lanes between memory with a stride, in bytes, and an array. */
final class StridedLanes {
  private StridedLanes() {}

  static void read(float[] to, long start, long stride, int n) {
    if (stride == Float.BYTES) {
      MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] =
          NativeMemory.ALL.get(
              ValueLayout.JAVA_FLOAT_UNALIGNED, (start + i * stride) & NativeMemory.ADDRESS_MASK);
    }
  }

  static void read(double[] to, long start, long stride, int n) {
    if (stride == Double.BYTES) {
      MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] =
          NativeMemory.ALL.get(
              ValueLayout.JAVA_DOUBLE_UNALIGNED, (start + i * stride) & NativeMemory.ADDRESS_MASK);
    }
  }

  static void read(int[] to, long start, long stride, int n) {
    if (stride == Integer.BYTES) {
      MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_INT_UNALIGNED, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] =
          NativeMemory.ALL.get(
              ValueLayout.JAVA_INT_UNALIGNED, (start + i * stride) & NativeMemory.ADDRESS_MASK);
    }
  }

  static void read(long[] to, long start, long stride, int n) {
    if (stride == Long.BYTES) {
      MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_LONG_UNALIGNED, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] =
          NativeMemory.ALL.get(
              ValueLayout.JAVA_LONG_UNALIGNED, (start + i * stride) & NativeMemory.ADDRESS_MASK);
    }
  }

  static void read(byte[] to, long start, long stride, int n) {
    if (stride == Byte.BYTES) {
      MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_BYTE, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] =
          NativeMemory.ALL.get(
              ValueLayout.JAVA_BYTE, (start + i * stride) & NativeMemory.ADDRESS_MASK);
    }
  }

  static void read(short[] to, long start, long stride, int n) {
    if (stride == Short.BYTES) {
      MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_SHORT_UNALIGNED, start, to, 0, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] =
          NativeMemory.ALL.get(
              ValueLayout.JAVA_SHORT_UNALIGNED, (start + i * stride) & NativeMemory.ADDRESS_MASK);
    }
  }

  static void write(float[] from, long start, long stride, int n) {
    if (stride == Float.BYTES) {
      MemorySegment.copy(from, 0, NativeMemory.ALL, ValueLayout.JAVA_FLOAT_UNALIGNED, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      NativeMemory.ALL.set(
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          (start + i * stride) & NativeMemory.ADDRESS_MASK,
          from[i]);
    }
  }

  static void write(double[] from, long start, long stride, int n) {
    if (stride == Double.BYTES) {
      MemorySegment.copy(from, 0, NativeMemory.ALL, ValueLayout.JAVA_DOUBLE_UNALIGNED, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      NativeMemory.ALL.set(
          ValueLayout.JAVA_DOUBLE_UNALIGNED,
          (start + i * stride) & NativeMemory.ADDRESS_MASK,
          from[i]);
    }
  }

  static void write(int[] from, long start, long stride, int n) {
    if (stride == Integer.BYTES) {
      MemorySegment.copy(from, 0, NativeMemory.ALL, ValueLayout.JAVA_INT_UNALIGNED, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      NativeMemory.ALL.set(
          ValueLayout.JAVA_INT_UNALIGNED,
          (start + i * stride) & NativeMemory.ADDRESS_MASK,
          from[i]);
    }
  }

  static void write(long[] from, long start, long stride, int n) {
    if (stride == Long.BYTES) {
      MemorySegment.copy(from, 0, NativeMemory.ALL, ValueLayout.JAVA_LONG_UNALIGNED, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      NativeMemory.ALL.set(
          ValueLayout.JAVA_LONG_UNALIGNED,
          (start + i * stride) & NativeMemory.ADDRESS_MASK,
          from[i]);
    }
  }

  static void write(byte[] from, long start, long stride, int n) {
    if (stride == Byte.BYTES) {
      MemorySegment.copy(from, 0, NativeMemory.ALL, ValueLayout.JAVA_BYTE, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      NativeMemory.ALL.set(
          ValueLayout.JAVA_BYTE, (start + i * stride) & NativeMemory.ADDRESS_MASK, from[i]);
    }
  }

  static void write(short[] from, long start, long stride, int n) {
    if (stride == Short.BYTES) {
      MemorySegment.copy(from, 0, NativeMemory.ALL, ValueLayout.JAVA_SHORT_UNALIGNED, start, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      NativeMemory.ALL.set(
          ValueLayout.JAVA_SHORT_UNALIGNED,
          (start + i * stride) & NativeMemory.ADDRESS_MASK,
          from[i]);
    }
  }
}
