package dev.adjoint.opencl;

import dev.adjoint.codegen.Target;
import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.List;
import java.util.Optional;

/** Offers each OpenCL device once more, as if it were a GPU: so the kernels for GPUs are tested on processors too. */
public final class LikeGpuProvider implements DeviceProvider {
  static final String KIND = "opencl-like-gpu";

  private final OpenClProvider real = new OpenClProvider();

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public List<String> describe() {
    return real.describe();
  }

  @Override
  public Optional<String> whyNot() {
    return real.whyNot();
  }

  @Override
  public Backend open(int ordinal) {
    return real.open(ordinal, Target.Threads.MANY, null);
  }
}
