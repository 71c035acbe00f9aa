package dev.adjoint.opencl;

import dev.adjoint.codegen.Target;

/** Offers each OpenCL device once more, as if it were a GPU: so the kernels for GPUs are tested on processors too. */
public final class LikeGpuProvider extends UncachedProvider {
  static final String KIND = "opencl-like-gpu";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  Target.Threads threads(Target.Threads suitable) {
    return Target.Threads.MANY;
  }
}
