package dev.adjoint.opencl;

import dev.adjoint.device.Backend;
import java.util.function.Supplier;

/** Offers each OpenCL device once more, with its own kernels, which the compiler does not optimize. */
public class UnoptimizedProvider extends OpenClProvider {
  static final String UNOPTIMIZED = "opencl-unoptimized";

  /** For {@link java.util.ServiceLoader}. */
  public UnoptimizedProvider() {
    this(UnoptimizedDriver::new);
  }

  /** Offers devices by a driver, which is made when the library has been loaded. */
  UnoptimizedProvider(Supplier<UnoptimizedDriver> driver) {
    super(
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
  protected Backend open(Usable device, String name) {
    return open(device, name, device.threads(), null);
  }
}
