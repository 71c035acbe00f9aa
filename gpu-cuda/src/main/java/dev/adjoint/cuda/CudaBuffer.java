package dev.adjoint.cuda;

import dev.adjoint.device.PooledBuffer;

/** A block of a device's memory, at its real address. */
final class CudaBuffer extends PooledBuffer {
  CudaBuffer(long address, long bytes, Home home) {
    super(address, bytes, home);
  }
}
