package dev.adjoint.opencl;

import dev.adjoint.Device;
import dev.adjoint.catalog.RowUpdatesContract;
import java.util.ArrayList;
import java.util.List;

/** On every OpenCL device, and on the first one with the kernels of a GPU. */
class RowUpdatesTest extends RowUpdatesContract {
  @Override
  protected List<Device> devices() {
    List<Device> devices = new ArrayList<>(OpenClDevices.ofManyKernels());
    devices.add(OpenClDevices.likeGpu());
    return devices;
  }
}
