package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;

/** All of native memory as one segment, in which an address is an offset. */
final class NativeMemory {
  /** The segment, of global scope. */
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** Addresses have no higher bits. With this mask the JVM's compiler knows that they are inside of {@link #ALL}. */
  static final long ADDRESS_MASK = (1L << 56) - 1;

  /** Strides that are not negative have no higher bits; a few of them, added to a masked address, stay inside. */
  static final long STRIDE_MASK = (1L << 50) - 1;

  private NativeMemory() {}
}
