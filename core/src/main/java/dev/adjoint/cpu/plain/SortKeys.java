package dev.adjoint.cpu.plain;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Keys whose order as unsigned numbers is that of elements. NaN has the largest key, and -0 that of 0. For descending order all
 * bits of a key are turned.
 */
final class SortKeys {
  private final DType dtype;
  private final long turned;
  private final MemorySegment from;
  private final long stride;

  /**
   * The keys of elements.
   *
   * @param from the memory of the elements
   * @param stride what lies between the elements of a row, in elements
   */
  SortKeys(DType dtype, boolean descending, MemorySegment from, long stride) {
    this.dtype = dtype;
    this.turned = descending ? -1L >>> (64 - 8 * dtype.bytes()) : 0;
    this.from = from;
    this.stride = stride;
  }

  /** The bytes of a key that may differ from another. */
  int bytes() {
    return dtype.bytes();
  }

  /**
   * Writes the keys of some elements of a row.
   *
   * @param row the first element of the row
   * @param start the first position
   * @param end the position behind the last one
   * @param to where the key of the first position goes
   */
  void write(long row, int start, int end, long to) {
    long at = row + start * stride;
    switch (dtype) {
      case BOOL, U8 -> bytes(at, end - start, to);
      case I32 -> ints(at, end - start, to);
      case I64 -> longs(at, end - start, to);
      case F32 -> floats(at, end - start, to);
      case F64 -> doubles(at, end - start, to);
      case I8, F16, BF16 ->
          throw new IllegalStateException("kernel: " + dtype + " is widened before it is sorted");
    }
  }

  private void bytes(long at, int n, long to) {
    for (int i = 0; i < n; i++) {
      put(to, i, from.get(ValueLayout.JAVA_BYTE, at + i * stride) & 0xff);
    }
  }

  private void ints(long at, int n, long to) {
    for (int i = 0; i < n; i++) {
      put(to, i, key(from.get(JAVA_INT, (at + i * stride) << 2)));
    }
  }

  private void longs(long at, int n, long to) {
    for (int i = 0; i < n; i++) {
      put(to, i, from.get(JAVA_LONG, (at + i * stride) << 3) ^ Long.MIN_VALUE);
    }
  }

  private void floats(long at, int n, long to) {
    for (int i = 0; i < n; i++) {
      // Adding 0 makes 0 of -0, and the bits of a float that is not raw are one NaN.
      int bits =
          Float.floatToIntBits(from.get(ValueLayout.JAVA_FLOAT, (at + i * stride) << 2) + 0f);
      put(to, i, key(bits ^ (bits >> 31 & Integer.MAX_VALUE)));
    }
  }

  private void doubles(long at, int n, long to) {
    for (int i = 0; i < n; i++) {
      long bits =
          Double.doubleToLongBits(from.get(ValueLayout.JAVA_DOUBLE, (at + i * stride) << 3) + 0d);
      put(to, i, bits ^ (bits >> 63 & Long.MAX_VALUE) ^ Long.MIN_VALUE);
    }
  }

  private static long key(int value) {
    return (value ^ Integer.MIN_VALUE) & 0xffffffffL;
  }

  private void put(long to, int i, long key) {
    NativeMemory.ALL.set(JAVA_LONG, to + 8L * i & NativeMemory.ADDRESS_MASK, key ^ turned);
  }
}
