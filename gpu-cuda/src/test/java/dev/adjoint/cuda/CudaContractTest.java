package dev.adjoint.cuda;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.catalog.DeviceContract;
import org.junit.jupiter.api.Assumptions;

/** The contract on the first CUDA device; skipped on a machine without. */
class CudaContractTest extends DeviceContract {
  @Override
  protected Device device() {
    return Devices.list().stream()
        .filter(d -> d.name().startsWith("cuda:"))
        .findFirst()
        .orElseGet(() -> Assumptions.abort("no CUDA device: " + new CudaProvider().whyNot().orElseThrow()));
  }
}
