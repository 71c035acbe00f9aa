package dev.adjoint.opencl;

import dev.adjoint.device.PooledBuffer;
import org.jocl.cl_mem;

/** A block of a device's memory: a part of one OpenCL buffer. */
final class OpenClBuffer extends PooledBuffer {
  private final cl_mem memory;
  private final long offset;

  OpenClBuffer(long address, long bytes, Home home, OpenClMemory ranges) {
    super(address, bytes, home);
    this.memory = ranges.memory(address);
    this.offset = OpenClMemory.offset(address);
  }

  /** The OpenCL buffer. */
  cl_mem memory() {
    return memory;
  }

  /** The number of the OpenCL buffer. */
  long number() {
    return OpenClMemory.number(address());
  }

  /** The byte of it at which the block begins. */
  long offset() {
    return offset;
  }
}
