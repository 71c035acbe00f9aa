package dev.adjoint.opencl;

import dev.adjoint.Device;
import dev.adjoint.catalog.AccuracyContract;

/** The accuracy of functions on the first OpenCL device. */
class OpenClAccuracyTest extends AccuracyContract {
  @Override
  protected Device device() {
    return OpenClDevices.first();
  }
}
