/** Runs the kernels of the engine on OpenCL devices. */
module dev.adjoint.opencl {
  requires dev.adjoint.core;
  requires jocl;
  requires static transitive org.jspecify;
}
