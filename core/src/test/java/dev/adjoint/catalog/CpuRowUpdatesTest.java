package dev.adjoint.catalog;

import dev.adjoint.Device;
import java.util.List;

class CpuRowUpdatesTest extends RowUpdatesContract {
  @Override
  protected List<Device> devices() {
    return List.of(Device.cpu());
  }
}
