package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract of gradients on the first OpenCL device: half of the rows that are not short for another one with f32, a
 * twelfth of them with f64, and one of 32 with f16 and bf16. Of the other shapes and layouts one of 64 is tried, in f32.
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
    int of = Sampling.isStoredOnly(sample.dtype()) ? 32 : 12;
    return SAMPLING.tries(
        Sampling.isFirst(sample)
            ? Sampling.isChosen(sample, thorough ? 3 : of)
            : thorough && Sampling.isChosen(sample, 64));
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
