package dev.adjoint.opencl;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.List;
import java.util.Optional;

/** Offers each OpenCL device once more, with its own kernels, which the compiler does not optimize. */
public final class UnoptimizedProvider implements DeviceProvider {
  static final String KIND = "opencl-unoptimized";

  private final OpenClProvider real =
      new OpenClProvider(
          () -> {
            JoclLibrary.driver();
            return new UnoptimizedDriver();
          });

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
    return real.open(ordinal, real.threads(ordinal), null);
  }
}
