package dev.adjoint.catalog;

import dev.adjoint.Device;

/** Huge and empty shapes on the CPU. */
class CpuHugeShapesTest extends HugeShapesContract {
  @Override
  protected Device device() {
    return Device.cpu();
  }

  @Override
  protected int views() {
    return 2000;
  }
}
