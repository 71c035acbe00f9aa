package dev.adjoint.opencl;

import dev.adjoint.Device;
import dev.adjoint.catalog.ComputedFactorContract;

class ComputedFactorTest extends ComputedFactorContract {
  @Override
  protected Device device() {
    return OpenClDevices.ofManyKernels().getFirst();
  }
}
