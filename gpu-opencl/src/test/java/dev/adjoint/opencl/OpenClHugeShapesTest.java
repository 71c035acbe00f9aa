package dev.adjoint.opencl;

import dev.adjoint.Device;
import dev.adjoint.catalog.HugeShapesContract;

/** Huge and empty shapes on the first OpenCL device; each view may be a kernel that its driver has to compile. */
class OpenClHugeShapesTest extends HugeShapesContract {
  @Override
  protected Device device() {
    return OpenClDevices.first();
  }

  @Override
  protected int views() {
    return 60;
  }
}
