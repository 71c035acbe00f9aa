package dev.adjoint.cpu;

import dev.adjoint.device.PooledBuffer;
import java.lang.foreign.MemorySegment;

/** A 64-byte aligned block of native memory. */
final class CpuBuffer extends PooledBuffer {
  private final MemorySegment segment;

  CpuBuffer(long address, long bytes, Home home) {
    super(address, bytes, home);
    segment = NativeMemory.ALL.asSlice(address, bytes);
  }

  /** The memory, of global scope. */
  MemorySegment segment() {
    return segment;
  }
}
