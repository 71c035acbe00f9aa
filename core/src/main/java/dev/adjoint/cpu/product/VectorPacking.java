package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ADDRESS_MASK;
import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** The part of {@link Packing} that uses the Vector API; linked only where it is usable. */
final class VectorPacking {
  private static final VectorSpecies<Integer> WORDS = IntVector.SPECIES_PREFERRED;
  private static final int BYTES = WORDS.vectorByteSize();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private VectorPacking() {}

  /** Copies rows of some bytes, a multiple of 4. */
  static void copyRows(long from, long fromStride, int rows, int bytes, long to, long toStride) {
    int whole = bytes / BYTES * BYTES;
    for (int r = 0; r < rows; r++) {
      for (int at = 0; at < whole; at += BYTES) {
        IntVector.fromMemorySegment(WORDS, ALL, (from + at) & ADDRESS_MASK, ORDER)
            .intoMemorySegment(ALL, (to + at) & ADDRESS_MASK, ORDER);
      }
      for (int at = whole; at < bytes; at += 4) {
        int word = ALL.get(ValueLayout.JAVA_INT_UNALIGNED, (from + at) & ADDRESS_MASK);
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, (to + at) & ADDRESS_MASK, word);
      }
      from += fromStride;
      to += toStride;
    }
  }
}
