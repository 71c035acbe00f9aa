package dev.adjoint.opencl;

import dev.adjoint.device.Backend;
import dev.adjoint.device.PositionContract;

class LikeGpuPositionsTest extends PositionContract {
  @Override
  protected Backend device() {
    return OpenClDevices.likeGpu().backend();
  }
}
