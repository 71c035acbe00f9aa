package dev.adjoint.catalog;

import dev.adjoint.Device;
import org.junit.jupiter.api.AfterAll;

/** The contract on the CPU. */
class CpuContractTest extends DeviceContract {
  private static final Sampling SAMPLING = new Sampling("CPU contract");

  @Override
  protected Device device() {
    return Device.cpu();
  }

  @Override
  protected boolean tries(Sample sample) {
    return SAMPLING.chooses(sample);
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
