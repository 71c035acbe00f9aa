package dev.adjoint.cuda;

import dev.adjoint.codegen.CLaunch;
import dev.adjoint.codegen.CSource;
import dev.adjoint.codegen.Target;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;

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
    return new CudaLaunch(pieces(geometry, 0));
  }

  /** The kernel as a piece of a launch, without its {@code first} operands; no piece if there is nothing to compute. */
  List<Launch> pieces(Geometry geometry, int first) {
    CLaunch launch =
        CSource.print(session.name(), kernel, target, geometry, compiler.argumentBytes());
    if (launch.parts() == 0) {
      return List.of();
    }
    if (launch.groups() > Integer.MAX_VALUE) {
      throw new UnsupportedOperationException(
          session.name()
              + ": "
              + kernel.name()
              + " has "
              + launch.groups()
              + " groups, which is more than "
              + Integer.MAX_VALUE);
    }
    return List.of(
        new KernelLaunch(session, kernel, launch, compiler.compile(launch.source()), first));
  }
}
