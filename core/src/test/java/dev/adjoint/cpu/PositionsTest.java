package dev.adjoint.cpu;

import dev.adjoint.Device;
import dev.adjoint.device.Backend;
import dev.adjoint.device.PositionContract;

class PositionsTest extends PositionContract {
  @Override
  protected Backend device() {
    return Device.of("cpu").backend();
  }
}
