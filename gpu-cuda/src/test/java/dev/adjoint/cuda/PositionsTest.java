package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.device.Backend;
import dev.adjoint.device.PositionContract;

/** On a driver without hardware, which interprets kernels: how the device reports positions. */
class PositionsTest extends PositionContract {
  @Override
  protected Backend device() {
    return Device.of(FakeProvider.KIND + ":" + (FakeProvider.SILENT - 5)).backend();
  }
}
