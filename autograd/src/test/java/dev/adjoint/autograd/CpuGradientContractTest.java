package dev.adjoint.autograd;

import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import org.junit.jupiter.api.AfterAll;

/** The contract of gradients on the CPU. */
class CpuGradientContractTest extends GradientContract {
  private static final Sampling SAMPLING = new Sampling("CPU contract of gradients");

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
