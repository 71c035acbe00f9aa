package dev.adjoint.device;

import dev.adjoint.kernel.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/**
 * A backend with its memory on the host, which the garbage collector frees. Fresh memory is filled with ones bits, so that reads
 * of what nobody wrote show as NaN.
 */
public class HostBackend implements Backend {
  private final String description;
  private final Function<Kernel, Program> compiler;

  /** A backend with programs of a compiler, which find their memory in {@link Block}s. */
  public HostBackend(String description, Function<Kernel, Program> compiler) {
    this.description = description;
    this.compiler = compiler;
  }

  /** A block of memory. */
  public record Block(MemorySegment segment) implements Buffer {
    @Override
    public long bytes() {
      return segment.byteSize();
    }
  }

  @Override
  public String description() {
    return description;
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
    return compiler.apply(kernel);
  }

  @Override
  public void synchronize() {}
}
