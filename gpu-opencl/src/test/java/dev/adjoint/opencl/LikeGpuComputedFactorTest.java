package dev.adjoint.opencl;

import dev.adjoint.Device;
import dev.adjoint.catalog.ComputedFactorContract;

class LikeGpuComputedFactorTest extends ComputedFactorContract {
  @Override
  protected Device device() {
    return OpenClDevices.likeGpu();
  }
}
