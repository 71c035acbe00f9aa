package dev.adjoint.catalog;

import dev.adjoint.Device;

/** The contract on the CPU. */
class CpuContractTest extends DeviceContract {
  @Override
  protected Device device() {
    return Device.cpu();
  }
}
