package dev.adjoint.graph;

import dev.adjoint.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The least and the greatest of some integers; of none, the greatest is less than the least. */
public record IntRange(long least, long greatest) {
  /** The range of no integers. */
  public static final IntRange EMPTY = new IntRange(Long.MAX_VALUE, Long.MIN_VALUE);

  /** The range of this and of the integers of a type in host memory. */
  public IntRange with(MemorySegment data, DType dtype) {
    long low = least;
    long high = greatest;
    if (!dtype.isInteger()) {
      throw new IllegalArgumentException("range: " + dtype + " are no integers");
    }
    long n = data.byteSize() / dtype.bytes();
    for (long i = 0; i < n; i++) {
      long value =
          switch (dtype.bytes()) {
            case 1 -> dtype.bits(data.get(ValueLayout.JAVA_BYTE, i));
            case 4 -> data.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i);
            default -> data.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
          };
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return new IntRange(low, high);
  }

  /** Whether all are from 0 on and below a size. */
  public boolean isBelow(int size) {
    return least > greatest || (least >= 0 && greatest < size);
  }

  /** One that is not, if there is any. */
  public long outside(int size) {
    return greatest >= size ? greatest : least;
  }
}
