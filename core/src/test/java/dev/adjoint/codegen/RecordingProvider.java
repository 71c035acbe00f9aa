package dev.adjoint.codegen;

import dev.adjoint.Precision;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.DeviceProvider;
import dev.adjoint.device.MemoryStats;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Offers device {@code recorder:0}, in tests only: it computes nothing and remembers what it was asked to prepare. */
public final class RecordingProvider implements DeviceProvider {
  /** A kernel and where it would run. */
  record Prepared(Kernel kernel, Geometry geometry) {}

  private static final List<Prepared> PREPARED = new ArrayList<>();

  /** What was prepared since the last call. */
  static synchronized List<Prepared> take() {
    List<Prepared> all = List.copyOf(PREPARED);
    PREPARED.clear();
    return all;
  }

  private static synchronized void add(Prepared prepared) {
    PREPARED.add(prepared);
  }

  @Override
  public String kind() {
    return "recorder";
  }

  @Override
  public List<String> describe() {
    return List.of("remembers kernels and computes nothing");
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public Backend open(int ordinal) {
    return new Recorder();
  }

  private record Block(MemorySegment segment) implements Buffer {
    @Override
    public long bytes() {
      return segment.byteSize();
    }
  }

  private static final class Recorder implements Backend {
    @Override
    public String description() {
      return "recorder";
    }

    @Override
    public Buffer allocate(long bytes) {
      return new Block(Arena.ofAuto().allocate(Math.max(1, bytes), 64));
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
    public boolean hasUnitFor(Precision precision) {
      return true;
    }

    @Override
    public Program compile(Kernel kernel) {
      return geometry -> {
        add(new Prepared(kernel, geometry));
        return (buffers, starts, scalars) -> {};
      };
    }

    @Override
    public void synchronize() {}
  }
}
