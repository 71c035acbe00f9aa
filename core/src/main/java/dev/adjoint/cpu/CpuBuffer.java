package dev.adjoint.cpu;

import dev.adjoint.device.Buffer;
import java.lang.foreign.MemorySegment;

/** A 64-byte aligned block of native memory. */
final class CpuBuffer implements Buffer {
  /** All of memory, from which every block is a slice of global scope. */
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final MemorySegment segment;
  private final Home home;
  private boolean free;

  /** Where a block came from. */
  sealed interface Home permits BlockHeap.Block, SmallRuns.Run {}

  CpuBuffer(long address, long bytes, Home home) {
    this.segment = MEMORY.asSlice(address, bytes);
    this.home = home;
  }

  /** The memory, of global scope. */
  MemorySegment segment() {
    return segment;
  }

  /** The address of the first byte, a multiple of 64. */
  long address() {
    return segment.address();
  }

  @Override
  public long bytes() {
    return segment.byteSize();
  }

  Home home() {
    return home;
  }

  /** Notes that the block was given back; the allocator's lock is held. */
  void markFree() {
    if (free) {
      throw new IllegalStateException("cpu: a block of " + bytes() + " bytes is freed twice");
    }
    free = true;
  }

  @Override
  public String toString() {
    return bytes() + " bytes at 0x" + Long.toHexString(address());
  }
}
