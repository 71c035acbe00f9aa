package dev.adjoint.schedule;

import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.MemoryStats;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A device that interprets kernels; fresh memory is filled with ones bits, so that reads of what nobody wrote show as NaN. */
final class InterpreterDevice implements Backend {
  /** A block of native memory, freed by the garbage collector. */
  record Block(MemorySegment segment) implements Buffer {
    @Override
    public long bytes() {
      return segment.byteSize();
    }
  }

  @Override
  public String description() {
    return "kernel interpreter";
  }

  @Override
  public Buffer allocate(long bytes) {
    MemorySegment segment = Arena.ofAuto().allocate(Math.max(1, bytes), 64);
    segment.fill((byte) -1);
    return new Block(segment);
  }

  @Override
  public void free(Buffer buffer) {}

  @Override
  public MemoryStats memory() {
    return new MemoryStats(0, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public void write(Buffer to, long start, MemorySegment from) {
    ((Block) to).segment().asSlice(start, from.byteSize()).copyFrom(from);
  }

  @Override
  public void read(Buffer from, long start, MemorySegment to) {
    to.copyFrom(((Block) from).segment().asSlice(start, to.byteSize()));
  }

  @Override
  public Program compile(Kernel kernel) {
    return KernelInterpreter.compile(kernel);
  }

  @Override
  public void synchronize() {}
}
