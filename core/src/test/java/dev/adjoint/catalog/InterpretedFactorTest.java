package dev.adjoint.catalog;

import dev.adjoint.Device;

/** One element at a time, in the words of the kernel's definition. */
class InterpretedFactorTest extends ComputedFactorContract {
  @Override
  protected Device device() {
    return Device.of("interpreter:0");
  }
}
