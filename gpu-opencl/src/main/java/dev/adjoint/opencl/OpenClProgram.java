package dev.adjoint.opencl;

import dev.adjoint.codegen.CLaunch;
import dev.adjoint.codegen.CSource;
import dev.adjoint.codegen.Target;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jocl.cl_mem;

/** A kernel on an OpenCL device. What is compiled may depend on the sizes, so that happens when launches are prepared. */
final class OpenClProgram implements Program {
  private final OpenClSession session;
  private final OpenClCompiler compiler;
  private final Kernel kernel;
  private final Target target;

  OpenClProgram(OpenClSession session, OpenClCompiler compiler, Kernel kernel, Target target) {
    this.session = session;
    this.compiler = compiler;
    this.kernel = kernel;
    this.target = target;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    CLaunch launch =
        CSource.print(session.name(), kernel, target, geometry, session.info().parameterBytes());
    return launch.parts() == 0
        ? (buffers, starts, scalars) -> {}
        : new Run(launch, compiler.compile(launch.source()));
  }

  /** A prepared launch. */
  final class Run implements Launch {
    private final CLaunch launch;
    private final OpenClCompiler.Compiled compiled;
    private final ByteBuffer arguments;
    private final long[][] items;
    private final long[] group;

    Run(CLaunch launch, OpenClCompiler.Compiled compiled) {
      this.launch = launch;
      this.compiled = compiled;
      arguments = ByteBuffer.allocateDirect(launch.bytes()).order(ByteOrder.nativeOrder());
      group = new long[] {launch.items(), launch.rowItems()};
      items = new long[launch.parts()][];
      for (int part = 0; part < items.length; part++) {
        items[part] = new long[] {launch.groups() * group[0], launch.rowGroups(part) * group[1]};
      }
    }

    /** The name of the kernel. */
    String name() {
      return kernel.name();
    }

    /** Whether the kernel checks positions. */
    boolean checksPositions() {
      return launch.source().checksPositions();
    }

    @Override
    public void run(Buffer[] buffers, long[] starts, long[] scalars) {
      if (!checksPositions()) {
        start(buffers, starts, scalars);
        return;
      }
      session.checking(
          () -> {
            start(buffers, starts, scalars);
            session.mustHaveSeenNoFault(List.of(name()));
          });
    }

    /** Enqueues the launch, but does not look at what it saw if it {@link #checksPositions}. */
    void start(Buffer[] buffers, long[] starts, long[] scalars) {
      long[] bytes = new long[starts.length];
      synchronized (session) {
        try {
          int n = 0;
          for (int access : launch.source().buffers()) {
            var buffer = (OpenClBuffer) buffers[access];
            bytes[access] = buffer.offset() + starts[access];
            set(n++, buffer.number(), buffer.memory());
          }
          if (checksPositions()) {
            set(n++, OpenClMemory.FAULT, session.fault());
          }
          for (int part = 0; part < items.length; part++) {
            launch.write(arguments, part, bytes, scalars);
            if (launch.source().numbersInMemory()) {
              session.driver().setArgument(compiled.kernel, n, session.numbers(arguments));
            } else {
              session.driver().setArgument(compiled.kernel, n, arguments, launch.bytes());
            }
            session.launch(compiled.kernel, items[part], group);
          }
        } catch (OpenClException e) {
          throw new OpenClException(session.name() + ": " + kernel.name(), e);
        }
      }
    }

    private void set(int argument, long number, cl_mem memory) {
      if (compiled.arguments[argument] != number) {
        compiled.arguments[argument] = OpenClMemory.NONE;
        session.driver().setArgument(compiled.kernel, argument, memory);
        compiled.arguments[argument] = number;
      }
    }
  }
}
