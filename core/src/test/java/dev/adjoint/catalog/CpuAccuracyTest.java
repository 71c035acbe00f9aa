package dev.adjoint.catalog;

import dev.adjoint.Device;

/** The accuracy of functions on the CPU. */
class CpuAccuracyTest extends AccuracyContract {
  @Override
  protected Device device() {
    return Device.cpu();
  }
}
