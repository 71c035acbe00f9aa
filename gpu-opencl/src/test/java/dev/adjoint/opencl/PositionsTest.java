package dev.adjoint.opencl;

import dev.adjoint.device.Backend;
import dev.adjoint.device.PositionContract;

/** On kernels for a processor or a GPU, as the first device is one. */
class PositionsTest extends PositionContract {
  @Override
  protected Backend device() {
    return OpenClDevices.first().backend();
  }
}
