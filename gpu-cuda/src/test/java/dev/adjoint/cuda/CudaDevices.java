package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import org.junit.jupiter.api.Assumptions;

/** The CUDA devices of the machine that runs the tests. A machine without any skips. */
final class CudaDevices {
  private CudaDevices() {}

  /** The first device. */
  static Device first() {
    return Devices.list().stream()
        .filter(d -> d.name().startsWith("cuda:"))
        .findFirst()
        .orElseGet(
            () ->
                Assumptions.abort("no CUDA device: " + new CudaProvider().whyNot().orElseThrow()));
  }
}
