package dev.adjoint.catalog;

import dev.adjoint.Device;

/** On the processor. */
class ComputedFactorTest extends ComputedFactorContract {
  @Override
  protected Device device() {
    return Device.cpu();
  }
}
