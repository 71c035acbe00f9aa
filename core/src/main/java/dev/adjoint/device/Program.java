package dev.adjoint.device;

import dev.adjoint.kernel.Geometry;

/** A kernel that a device has compiled. */
public interface Program {
  /** Prepares launches over one geometry, which plans share; so this may be slow. */
  Launch prepare(Geometry geometry);

  /** A prepared launch, which any thread may run, with other data each time. */
  interface Launch {
    /**
     * Enqueues the work; the device runs launches of one thread in order. The arrays are only read, and not kept: other threads
     * may be passing the same ones.
     *
     * @param buffers a buffer per access of the kernel; entries of index accesses are ignored
     * @param starts the byte within each buffer where the data begins; 64-byte aligned for temporaries
     * @param scalars the raw bits of each run-time scalar
     * @throws PositionException if a position is out of range
     */
    void run(Buffer[] buffers, long[] starts, long[] scalars);
  }
}
