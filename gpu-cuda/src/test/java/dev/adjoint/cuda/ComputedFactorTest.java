package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.catalog.ComputedFactorContract;

/** Products of computed factors on the first CUDA device; a real one may have a library for those of copies. */
class ComputedFactorTest extends ComputedFactorContract {
  @Override
  protected Device device() {
    return CudaDevices.first();
  }

  @Override
  protected boolean hasSameBits() {
    return CudaDevices.areEmulated();
  }
}
