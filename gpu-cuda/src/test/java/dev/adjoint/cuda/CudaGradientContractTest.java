package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;

/** The contract of gradients on the first CUDA device; skipped on a machine without. */
class CudaGradientContractTest extends GradientContract {
  @Override
  protected Device device() {
    return CudaDevices.first();
  }
}
