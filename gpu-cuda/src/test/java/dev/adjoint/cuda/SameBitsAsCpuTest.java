package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.catalog.SameBitsContract;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** The bits of the first CUDA device. */
class SameBitsAsCpuTest extends SameBitsContract {
  @BeforeAll
  static void compileAhead() {
    KernelsAhead.compile(
        () ->
            new SameBitsAsCpuTest()
                .computations()
                .values()
                .forEach(computation -> computation.get().realize()));
  }

  @Override
  protected List<Device> devices() {
    return List.of(CudaDevices.first());
  }
}
