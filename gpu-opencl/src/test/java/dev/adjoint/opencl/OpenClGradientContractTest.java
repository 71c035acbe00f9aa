package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract of gradients on the first OpenCL device: every row that is not short for another one with f32, a sixth of them
 * with f64, and one of 32 with f16 and bf16. Of the other shapes and layouts one of 64 is tried, in f32.
 */
class OpenClGradientContractTest extends GradientContract {
  private static final Sampling SAMPLING = new Sampling("OpenCL contract of gradients");

  @Override
  protected Device device() {
    return OpenClDevices.first();
  }

  @Override
  protected boolean tries(Sample sample) {
    boolean thorough = sample.dtype() == DType.F32;
    int of = Sampling.isStoredOnly(sample.dtype()) ? 32 : 6;
    return SAMPLING.tries(
        Sampling.isFirst(sample)
            ? thorough || Sampling.isChosen(sample, of)
            : thorough && Sampling.isChosen(sample, 64));
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
