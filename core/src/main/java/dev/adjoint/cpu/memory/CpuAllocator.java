package dev.adjoint.cpu.memory;

import dev.adjoint.device.Pool;
import dev.adjoint.device.Ranges;
import java.util.function.LongSupplier;

/** The pool of native memory. */
public final class CpuAllocator extends Pool<CpuBuffer> {
  /** A pool that takes at most {@code limit} bytes from the system. */
  public CpuAllocator(LongSupplier limit) {
    super("cpu", new SystemMemory(), limit, CpuBuffer::new);
  }

  private static final class SystemMemory implements Ranges {
    @Override
    public long take(long bytes) {
      return Pages.map(bytes);
    }

    @Override
    public boolean giveBack(long address, long bytes) {
      return Pages.unmap(address, bytes);
    }

    @Override
    public long granularity() {
      // A block is one range: it cannot be given back in order to take a larger one.
      return NativeMemory.WHOLE ? Pages.HUGE : MemoryLimit.block();
    }

    @Override
    public String advice() {
      return "-Dadjoint.cpu.memory=<bytes> sets the limit";
    }
  }
}
