package dev.adjoint.opencl;

import dev.adjoint.codegen.CLaunch;
import dev.adjoint.codegen.CSource;
import dev.adjoint.codegen.Positions;
import dev.adjoint.codegen.Target;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
        : new Run(launch, compiler.compile(launch.source()), geometry);
  }

  /** A prepared launch. */
  private final class Run implements Launch {
    private final CLaunch launch;
    private final OpenClCompiler.Compiled compiled;
    private final Geometry geometry;
    private final ByteBuffer arguments;
    private final long[][] items;
    private final long[] group;

    Run(CLaunch launch, OpenClCompiler.Compiled compiled, Geometry geometry) {
      this.launch = launch;
      this.compiled = compiled;
      this.geometry = geometry;
      arguments = ByteBuffer.allocateDirect(launch.bytes()).order(ByteOrder.nativeOrder());
      group = new long[] {launch.items(), launch.rowItems()};
      items = new long[launch.parts()][];
      for (int part = 0; part < items.length; part++) {
        items[part] = new long[] {launch.groups() * group[0], launch.rowGroups(part) * group[1]};
      }
    }

    @Override
    public void run(Buffer[] buffers, long[] starts, long[] scalars) {
      long[] bytes = new long[starts.length];
      int point = -1;
      synchronized (session) {
        try {
          int n = 0;
          for (int access : launch.source().buffers()) {
            var buffer = (OpenClBuffer) buffers[access];
            bytes[access] = buffer.offset() + starts[access];
            set(n++, buffer.number(), buffer.memory());
          }
          if (launch.source().reportsPositions()) {
            set(n++, OpenClMemory.FAULT, session.fault());
          }
          for (int part = 0; part < items.length; part++) {
            launch.write(arguments, part, bytes, scalars);
            session.driver().setArgument(compiled.kernel, n, arguments, launch.bytes());
            session.launch(compiled.kernel, items[part], group);
          }
          if (launch.source().reportsPositions()) {
            point = session.takeFault();
          }
        } catch (OpenClException e) {
          throw new OpenClException(session.name() + ": " + kernel.name(), e);
        }
      }
      if (point >= 0) {
        var index = (OpenClBuffer) buffers[1];
        long first = index.offset() + starts[1];
        throw Positions.fault(
            kernel,
            geometry,
            point,
            (start, to) -> session.read(index.memory(), first + start, to));
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
