package dev.adjoint.schedule;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.HostBackend;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;

/** Runs a kernel with the interpreter of core's tests, on any memory. */
public final class InterpretedKernel {
  private InterpretedKernel() {}

  /** Runs a kernel on a block of memory per access. */
  public static void run(
      Kernel kernel, Geometry geometry, MemorySegment[] memory, long[] starts, long[] scalars) {
    Buffer[] blocks = new Buffer[memory.length];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new HostBackend.Block(memory[i]);
    }
    KernelInterpreter.compile(kernel).prepare(geometry).run(blocks, starts, scalars);
  }
}
