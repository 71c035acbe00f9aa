package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;

/** The contract on the first CUDA device; skipped on a machine without. */
class CudaContractTest extends DeviceContract {
  @Override
  protected Device device() {
    return CudaDevices.first();
  }
}
