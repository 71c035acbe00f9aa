package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;

/** Turns a square block, as wide as a vector, around its diagonal. */
interface BlockTransposition {
  /** Reads rows from memory, {@code rowBytes} apart, and writes columns {@code stride} elements apart. */
  void fromMemory(MemorySegment from, long start, long rowBytes, Object to, int at, int stride);

  /** Reads rows from an array, {@code ld} elements apart, and writes columns {@code stride} elements apart. */
  void fromArray(Object from, int start, int ld, Object to, int at, int stride);
}
