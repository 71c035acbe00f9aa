package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.catalog.HugeShapesContract;

/** Huge and empty shapes on the first CUDA device. */
class CudaHugeShapesTest extends HugeShapesContract {
  @Override
  protected Device device() {
    return CudaDevices.first();
  }

  @Override
  protected int views() {
    return CudaDevices.areEmulated() ? 100 : 500;
  }
}
