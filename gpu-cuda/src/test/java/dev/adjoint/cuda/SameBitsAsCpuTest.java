package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.catalog.SameBitsContract;
import java.util.List;

/** The bits of the first CUDA device. */
class SameBitsAsCpuTest extends SameBitsContract {
  @Override
  protected List<Device> devices() {
    return List.of(CudaDevices.first());
  }
}
