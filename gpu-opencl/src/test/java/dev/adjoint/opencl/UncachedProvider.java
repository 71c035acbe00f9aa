package dev.adjoint.opencl;

import dev.adjoint.codegen.Target;
import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.List;
import java.util.Optional;

/**
 * Offers each OpenCL device once more, without a cache of kernels on disk. PoCL compiles a kernel a second time to give out its
 * binary, which is a third of the time of tests that run each kernel once.
 */
public class UncachedProvider implements DeviceProvider {
  static final String KIND = "opencl-uncached";

  private final OpenClProvider real = new OpenClProvider();

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public final List<String> describe() {
    return real.describe();
  }

  @Override
  public final Optional<String> whyNot() {
    return real.whyNot();
  }

  @Override
  public final Backend open(int ordinal) {
    return real.open(ordinal, threads(real.threads(ordinal)), null);
  }

  /** The kernels to use where these suit the device. */
  Target.Threads threads(Target.Threads suitable) {
    return suitable;
  }
}
