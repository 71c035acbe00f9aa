package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Adds rows to rows of a result, each at one position: the position is looked up once, and neighbours are added in plain loops. */
record ScatterRows(MemorySegment to, long toStride, MemorySegment from, long fromStride) {
  /** Adds {@code n} elements; {@code at} and {@code first} are those of the result and of the addend. */
  void add(DType dtype, long at, long first, int n) {
    switch (dtype) {
      case BOOL -> addBool(at, first, n);
      case U8, I8 -> addByte(at, first, n);
      case I32 -> addI32(at, first, n);
      case I64 -> addI64(at, first, n);
      case F32 -> addF32(at, first, n);
      case F64 -> addF64(at, first, n);
      case F16, BF16 -> throw new IllegalArgumentException("scatterAdd: no kernel for " + dtype);
    }
  }

  private void addBool(long at, long first, int n) {
    for (int i = 0; i < n; i++) {
      long a = at + i * toStride;
      byte addend = from.get(ValueLayout.JAVA_BYTE, first + i * fromStride);
      to.set(ValueLayout.JAVA_BYTE, a, (byte) (to.get(ValueLayout.JAVA_BYTE, a) | addend));
    }
  }

  private void addByte(long at, long first, int n) {
    for (int i = 0; i < n; i++) {
      long a = at + i * toStride;
      byte addend = from.get(ValueLayout.JAVA_BYTE, first + i * fromStride);
      to.set(ValueLayout.JAVA_BYTE, a, (byte) (to.get(ValueLayout.JAVA_BYTE, a) + addend));
    }
  }

  private void addI32(long at, long first, int n) {
    for (int i = 0; i < n; i++) {
      long a = at + i * toStride << 2;
      int addend = from.get(ValueLayout.JAVA_INT, first + i * fromStride << 2);
      to.set(ValueLayout.JAVA_INT, a, to.get(ValueLayout.JAVA_INT, a) + addend);
    }
  }

  private void addI64(long at, long first, int n) {
    for (int i = 0; i < n; i++) {
      long a = at + i * toStride << 3;
      long addend = from.get(ValueLayout.JAVA_LONG, first + i * fromStride << 3);
      to.set(ValueLayout.JAVA_LONG, a, to.get(ValueLayout.JAVA_LONG, a) + addend);
    }
  }

  private void addF32(long at, long first, int n) {
    if (toStride == 1 && fromStride == 1) {
      long a = at << 2;
      long b = first << 2;
      for (int i = 0; i < n; i++) {
        float addend = from.get(ValueLayout.JAVA_FLOAT, b + 4L * i);
        float sum = to.get(ValueLayout.JAVA_FLOAT, a + 4L * i) + addend;
        to.set(ValueLayout.JAVA_FLOAT, a + 4L * i, sum);
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      long a = at + i * toStride << 2;
      float addend = from.get(ValueLayout.JAVA_FLOAT, first + i * fromStride << 2);
      to.set(ValueLayout.JAVA_FLOAT, a, to.get(ValueLayout.JAVA_FLOAT, a) + addend);
    }
  }

  private void addF64(long at, long first, int n) {
    for (int i = 0; i < n; i++) {
      long a = at + i * toStride << 3;
      double addend = from.get(ValueLayout.JAVA_DOUBLE, first + i * fromStride << 3);
      to.set(ValueLayout.JAVA_DOUBLE, a, to.get(ValueLayout.JAVA_DOUBLE, a) + addend);
    }
  }
}
