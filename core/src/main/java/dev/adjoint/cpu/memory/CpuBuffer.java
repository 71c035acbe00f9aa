package dev.adjoint.cpu.memory;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.PooledBuffer;
import java.lang.foreign.MemorySegment;

/** A 64-byte aligned block of native memory. */
public final class CpuBuffer extends PooledBuffer {
  private final MemorySegment segment;

  CpuBuffer(long address, long bytes, Home home) {
    super(address, bytes, home);
    segment = NativeMemory.ALL.asSlice(address, bytes);
  }

  /** The memory, of global scope. */
  public MemorySegment segment() {
    return segment;
  }

  /** The memory of an operand of a launch, from its first byte on. */
  public static MemorySegment data(Buffer buffer, long start) {
    MemorySegment segment = ((CpuBuffer) buffer).segment;
    return start == 0 ? segment : segment.asSlice(start);
  }
}
