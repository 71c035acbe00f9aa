package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.Devices;

/** The CUDA devices of the machine that runs the tests; on a machine without any, the emulated ones. */
final class CudaDevices {
  private CudaDevices() {}

  /** The first device, emulated if there is none; skips if that cannot be either. */
  static Device first() {
    return Devices.list().stream()
        .filter(d -> d.name().startsWith("cuda:"))
        .findFirst()
        .orElseGet(() -> emulated(0));
  }

  /** Whether the first device is emulated. */
  static boolean areEmulated() {
    return first().name().startsWith(EmulatedProvider.KIND);
  }

  /** An emulated device. */
  static Device emulated(int ordinal) {
    Emulator.needed();
    return Device.of(EmulatedProvider.KIND + ":" + ordinal);
  }
}
