package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract of gradients on the first OpenCL device: an eighth of the rows that are not short for another one with f32, a
 * sixteenth of them with f64, and one of 48 with f16 and bf16. Of the other shapes and layouts one of 96 is tried, in f32.
 */
class OpenClGradientContractTest extends GradientContract {
  private static final Sampling SAMPLING = new Sampling("OpenCL contract of gradients");

  @Override
  protected Device device() {
    return OpenClDevices.ofManyKernels().getFirst();
  }

  @Override
  protected boolean tries(Sample sample) {
    boolean thorough = sample.dtype() == DType.F32;
    int of = Sampling.isStoredOnly(sample.dtype()) ? 48 : 16;
    return SAMPLING.tries(
        Sampling.isFirst(sample)
            ? Sampling.isChosen(sample, thorough ? 8 : of)
            : thorough && Sampling.isChosen(sample, 96));
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
