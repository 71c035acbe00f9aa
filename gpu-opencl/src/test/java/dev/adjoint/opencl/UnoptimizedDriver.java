package dev.adjoint.opencl;

import org.jocl.cl_program;

/** OpenCL whose compilers do not optimize: it takes PoCL half of its time, and gives the same bits. */
class UnoptimizedDriver extends JoclDriver {
  @Override
  public void build(cl_program program, OpenClInfo device, String options) {
    super.build(program, device, options + " -cl-opt-disable");
  }
}
