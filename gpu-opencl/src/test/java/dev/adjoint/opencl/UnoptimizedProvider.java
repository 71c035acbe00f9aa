package dev.adjoint.opencl;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Offers each OpenCL device once more, with its own kernels, which the compiler does not optimize. */
public class UnoptimizedProvider implements DeviceProvider {
  static final String UNOPTIMIZED = "opencl-unoptimized";

  final OpenClProvider real;

  /** For {@link java.util.ServiceLoader}. */
  public UnoptimizedProvider() {
    this(UnoptimizedDriver::new);
  }

  /** Offers devices by a driver, which is made when the library has been loaded. */
  UnoptimizedProvider(Supplier<UnoptimizedDriver> driver) {
    real =
        new OpenClProvider(
            () -> {
              JoclLibrary.driver();
              return driver.get();
            });
  }

  @Override
  public String kind() {
    return UNOPTIMIZED;
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
