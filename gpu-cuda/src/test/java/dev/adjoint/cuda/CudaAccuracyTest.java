package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.catalog.AccuracyContract;

/** The accuracy of functions on the first CUDA device, emulated if there is none. */
class CudaAccuracyTest extends AccuracyContract {
  @Override
  protected Device device() {
    return CudaDevices.first();
  }
}
