/** Runs the kernels of the engine on CUDA devices. */
module dev.adjoint.cuda {
  requires dev.adjoint.core;
  requires jcuda;
  requires static transitive org.jspecify;
}
