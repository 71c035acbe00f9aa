package dev.adjoint.opencl;

import dev.adjoint.Device;
import dev.adjoint.catalog.HugeShapesContract;

/** Huge and empty shapes with the kernels of a GPU. */
class LikeGpuHugeShapesTest extends HugeShapesContract {
  @Override
  protected Device device() {
    return OpenClDevices.likeGpu();
  }

  @Override
  protected int views() {
    return 30;
  }
}
