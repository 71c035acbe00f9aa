package dev.adjoint.cuda;

import dev.adjoint.device.Backend;
import dev.adjoint.device.PositionContract;

/** How the first CUDA device reports positions. */
class PositionsTest extends PositionContract {
  @Override
  protected Backend device() {
    return CudaDevices.first().backend();
  }
}
