package dev.adjoint.autograd;

import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;

/** The contract of gradients on the CPU. */
class CpuGradientContractTest extends GradientContract {
  @Override
  protected Device device() {
    return Device.cpu();
  }
}
