package dev.adjoint.autograd;

import dev.adjoint.Device;
import dev.adjoint.catalog.DrawContract;

/** The contract of random calls on the CPU. */
class CpuDrawContractTest extends DrawContract {
  @Override
  protected Device device() {
    return Device.cpu();
  }
}
