package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.catalog.RowUpdatesContract;
import java.util.List;

/** On the first CUDA device. */
class RowUpdatesTest extends RowUpdatesContract {
  @Override
  protected List<Device> devices() {
    return List.of(CudaDevices.first());
  }
}
