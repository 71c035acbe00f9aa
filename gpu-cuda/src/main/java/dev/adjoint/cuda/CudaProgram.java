package dev.adjoint.cuda;

import dev.adjoint.codegen.CLaunch;
import dev.adjoint.codegen.CSource;
import dev.adjoint.codegen.Positions;
import dev.adjoint.codegen.Target;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A kernel on a CUDA device. What is compiled may depend on the sizes, so that happens when launches are prepared. */
final class CudaProgram implements Program {
  private final CudaSession session;
  private final CudaCompiler compiler;
  private final Kernel kernel;
  private final Target target;

  CudaProgram(CudaSession session, CudaCompiler compiler, Kernel kernel, Target target) {
    this.session = session;
    this.compiler = compiler;
    this.kernel = kernel;
    this.target = target;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    CLaunch launch = CSource.print(session.name(), kernel, target, geometry, compiler.argumentBytes());
    if (launch.parts() == 0) {
      return (buffers, starts, scalars) -> {};
    }
    if (launch.groups() > Integer.MAX_VALUE) {
      throw new UnsupportedOperationException(
          session.name() + ": " + kernel.name() + " has " + launch.groups() + " groups, which is more than "
              + Integer.MAX_VALUE);
    }
    return new Run(launch, compiler.compile(launch.source()), geometry);
  }

  /** A prepared launch. */
  private final class Run implements Launch {
    private final CLaunch launch;
    private final long function;
    private final Geometry geometry;
    private final int pointers;
    private final MemorySegment values;
    private final ByteBuffer numbers;
    private final MemorySegment arguments;

    Run(CLaunch launch, long function, Geometry geometry) {
      this.launch = launch;
      this.function = function;
      this.geometry = geometry;
      CSource source = launch.source();
      pointers = source.buffers().size() + (source.reportsPositions() ? 1 : 0);
      Arena arena = Arena.ofAuto();
      long pointerBytes = Long.BYTES * (long) pointers;
      values = arena.allocate(pointerBytes + Math.max(1, launch.bytes()), Long.BYTES);
      numbers = values.asSlice(pointerBytes).asByteBuffer().order(ByteOrder.nativeOrder());
      arguments = arena.allocate(ValueLayout.JAVA_LONG, pointers + 1L);
      for (int i = 0; i <= pointers; i++) {
        arguments.setAtIndex(ValueLayout.JAVA_LONG, i, values.address() + Long.BYTES * (long) i);
      }
    }

    @Override
    public void run(Buffer[] buffers, long[] starts, long[] scalars) {
      int point = session.calling(kernel::name, () -> launch(buffers, starts, scalars));
      if (point >= 0) {
        throw outOfRange(point, (CudaBuffer) buffers[1], starts[1], scalars[1]);
      }
    }

    /** Enqueues all parts; returns the number of an index point with a position out of range, or -1. */
    private int launch(Buffer[] buffers, long[] starts, long[] scalars) {
      CSource source = launch.source();
      for (int i = 0; i < source.buffers().size(); i++) {
        values.setAtIndex(ValueLayout.JAVA_LONG, i, ((CudaBuffer) buffers[source.buffers().get(i)]).address());
      }
      if (source.reportsPositions()) {
        values.setAtIndex(ValueLayout.JAVA_LONG, pointers - 1L, session.fault());
      }
      for (int part = 0; part < launch.parts(); part++) {
        launch.write(numbers, part, starts, scalars);
        session
            .driver()
            .launch(
                function, (int) launch.groups(), (int) launch.rowGroups(part), launch.items(), launch.rowItems(),
                session.stream(), arguments);
      }
      return source.reportsPositions() ? session.takeFault() : -1;
    }

    /** The error about a position, which is read again from the index. */
    private IndexOutOfBoundsException outOfRange(int point, CudaBuffer index, long start, long size) {
      int bytes = kernel.accesses().get(1).dtype().bytes();
      return Positions.outOfRange(kernel, geometry, point, size, element -> {
        byte[] value = new byte[bytes];
        session.read(index.address() + start + element * bytes, MemorySegment.ofArray(value));
        ByteBuffer number = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        return bytes == Long.BYTES ? number.getLong(0) : number.getInt(0);
      });
    }
  }
}
