package dev.adjoint.opencl;

import dev.adjoint.Device;
import dev.adjoint.catalog.RowUpdatesContract;
import java.util.List;

/** On the first OpenCL device, and on it with the kernels of a GPU. */
class RowUpdatesTest extends RowUpdatesContract {
  @Override
  protected List<Device> devices() {
    return List.of(OpenClDevices.ofManyKernels(), OpenClDevices.likeGpu());
  }
}
