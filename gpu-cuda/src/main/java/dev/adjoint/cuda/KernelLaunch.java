package dev.adjoint.cuda;

import dev.adjoint.codegen.CLaunch;
import dev.adjoint.codegen.CSource;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A prepared launch of a kernel of ours. Its arguments are written into memory that was laid out once; so the session's lock must
 * be held from {@link #write} until the driver has taken them.
 */
final class KernelLaunch implements Program.Launch {
  private final CudaSession session;
  private final Kernel kernel;
  private final CLaunch launch;
  private final int first;
  private final MemorySegment values;
  private final ByteBuffer numbers;
  private final CudaKernel compiled;

  /**
   * A launch.
   *
   * @param function the compiled kernel
   * @param first how many operands of a run are not the kernel's, but of what runs before it
   */
  KernelLaunch(CudaSession session, Kernel kernel, CLaunch launch, long function, int first) {
    this.session = session;
    this.kernel = kernel;
    this.launch = launch;
    this.first = first;
    int pointers = launch.source().pointers();
    // One arena for all, because these blocks point to each other: it is freed when none of them
    // can be reached.
    Arena arena = Arena.ofAuto();
    long pointerBytes = Long.BYTES * (long) pointers;
    values = arena.allocate(pointerBytes + Math.max(1, launch.bytes()), Long.BYTES);
    numbers = values.asSlice(pointerBytes).asByteBuffer().order(ByteOrder.nativeOrder());
    MemorySegment arguments = arena.allocate(ValueLayout.JAVA_LONG, pointers + 1L);
    for (int i = 0; i <= pointers; i++) {
      arguments.setAtIndex(ValueLayout.JAVA_LONG, i, values.address() + Long.BYTES * (long) i);
    }
    compiled =
        session
            .driver()
            .kernel(function, (int) launch.groups(), launch.items(), launch.rowItems(), arguments);
  }

  /** The name of the kernel. */
  String name() {
    return kernel.name();
  }

  /** The number of calls of the driver that it takes. */
  int parts() {
    return launch.parts();
  }

  /** Whether the kernel checks positions. */
  boolean checksPositions() {
    return launch.source().checksPositions();
  }

  /**
   * Writes the arguments of a part, and has {@link #compiled} start that part.
   *
   * @param guard the address of the {@code guard} of a {@link CSource}, or 0 if the kernel is not to be held back
   */
  void write(int part, Buffer[] buffers, long[] starts, long[] scalars, long guard) {
    CSource source = launch.source();
    for (int i = 0; i < source.buffers().size(); i++) {
      CudaBuffer buffer = (CudaBuffer) buffers[first + source.buffers().get(i)];
      values.setAtIndex(ValueLayout.JAVA_LONG, i, buffer.address());
    }
    int next = source.buffers().size();
    if (checksPositions()) {
      values.setAtIndex(ValueLayout.JAVA_LONG, next++, session.fault());
    }
    if (source.canBeHeldBack()) {
      values.setAtIndex(ValueLayout.JAVA_LONG, next, guard);
    }
    launch.write(
        numbers,
        part,
        first == 0 ? starts : Arrays.copyOfRange(starts, first, starts.length),
        scalars);
    compiled.setRowGroups((int) launch.rowGroups(part));
  }

  /** The arguments, as written last. */
  MemorySegment values() {
    return values;
  }

  /** The kernel for the driver, with the part that was written last. */
  CudaKernel compiled() {
    return compiled;
  }

  @Override
  public void run(Buffer[] buffers, long[] starts, long[] scalars) {
    if (!checksPositions()) {
      start(buffers, starts, scalars, 0);
      return;
    }
    session.checking(() -> start(buffers, starts, scalars, 0), List.of(name())).await();
  }

  /** Enqueues the launch, but does not look at what it saw if it {@link #checksPositions}. */
  void start(Buffer[] buffers, long[] starts, long[] scalars, long guard) {
    session.run(kernel::name, () -> enqueue(buffers, starts, scalars, guard));
  }

  private void enqueue(Buffer[] buffers, long[] starts, long[] scalars, long guard) {
    for (int part = 0; part < launch.parts(); part++) {
      write(part, buffers, starts, scalars, guard);
      compiled.launch(session.stream());
    }
  }
}
