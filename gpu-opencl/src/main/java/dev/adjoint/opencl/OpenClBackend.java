package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.codegen.CSource;
import dev.adjoint.codegen.Dialect;
import dev.adjoint.codegen.Target;
import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Pool;
import dev.adjoint.device.PooledBackend;
import dev.adjoint.device.Program;
import dev.adjoint.device.Sequence;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An OpenCL device. */
final class OpenClBackend extends PooledBackend<OpenClBuffer> {
  private final OpenClSession session;
  private final OpenClCompiler compiler;
  private final Target target;

  OpenClBackend(OpenClSession session, Target.Threads threads, @Nullable BinaryCache cache) {
    super(OpenClBuffer.class, pool(session));
    this.session = session;
    compiler = new OpenClCompiler(session, cache);
    target = new Target(Dialect.OPENCL, threads, session.info().units());
  }

  private static Pool<OpenClBuffer> pool(OpenClSession session) {
    var memory = new OpenClMemory(session);
    return new Pool<>(
        session.name(),
        memory,
        session.info()::memory,
        (address, bytes, home) -> new OpenClBuffer(address, bytes, home, memory));
  }

  @Override
  public String description() {
    return session.info().line();
  }

  @Override
  public void write(Buffer to, long start, MemorySegment from) {
    var buffer = (OpenClBuffer) to;
    try {
      pieces(
          from, (at, piece) -> session.write(buffer.memory(), buffer.offset() + start + at, piece));
    } catch (OpenClException e) {
      throw new OpenClException(
          session.name() + ": a copy of " + from.byteSize() + " bytes to the device", e);
    }
  }

  @Override
  public void read(Buffer from, long start, MemorySegment to) {
    var buffer = (OpenClBuffer) from;
    try {
      pieces(to, (at, piece) -> session.read(buffer.memory(), buffer.offset() + start + at, piece));
    } catch (OpenClException e) {
      throw new OpenClException(
          session.name() + ": a copy of " + to.byteSize() + " bytes from the device", e);
    }
  }

  /** Copies what begins at a byte of the whole. */
  private interface Copy {
    void run(long at, MemorySegment piece);
  }

  private static void pieces(MemorySegment all, Copy copy) {
    for (long at = 0; at < all.byteSize(); at += OpenClSession.PIECE) {
      copy.run(at, all.asSlice(at, Math.min(OpenClSession.PIECE, all.byteSize() - at)));
    }
  }

  @Override
  public int productTiles() {
    return target.threads() == Target.Threads.FEW ? 1 : target.units();
  }

  @Override
  public boolean hasManyThreads() {
    return target.threads() == Target.Threads.MANY;
  }

  @Override
  public int sortsAlone() {
    return target.threads() == Target.Threads.FEW ? CSource.SORTED_BY_ITEM : super.sortsAlone();
  }

  /** A processor copies windows to where it multiplies them, in runs of neighbours; a condition would part these. */
  @Override
  public boolean readsWindows() {
    return target.threads() == Target.Threads.FEW;
  }

  @Override
  public Program compile(Kernel kernel) {
    if (!session.info().hasF64() && CSource.uses(kernel, DType.F64)) {
      throw new UnsupportedOperationException(
          session.name()
              + ": "
              + kernel.name()
              + " needs f64, which "
              + session.info().name()
              + " does not have");
    }
    return new OpenClProgram(session, compiler, kernel, target);
  }

  @Override
  public Sequence sequence(List<Program.Launch> launches, int firstUpdate) {
    boolean checks =
        launches.stream().anyMatch(l -> l instanceof OpenClProgram.Run r && r.checksPositions());
    return checks
        ? new OpenClSequence(session, launches, firstUpdate)
        : Sequence.oneByOne(launches);
  }

  @Override
  public void synchronize() {
    session.synchronize();
  }

  @Override
  public long time(Runnable launches) {
    return session.time(launches);
  }
}
