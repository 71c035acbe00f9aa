package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;
import dev.adjoint.catalog.Sample;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract of gradients on the first OpenCL device: every row with f32 and f64, and one of 32 with f16 and bf16. Of the
 * other shapes and layouts one of 64 is tried, in f32.
 */
class OpenClGradientContractTest extends GradientContract {
  private static final Sampling SAMPLING = new Sampling("OpenCL contract of gradients");

  @Override
  protected Device device() {
    return OpenClDevices.first();
  }

  @Override
  protected boolean tries(Sample sample) {
    boolean every = !Sampling.isStoredOnly(sample.dtype());
    return SAMPLING.tries(
        (Sampling.isFirst(sample) && (every || Sampling.isChosen(sample, 32)))
            || (sample.dtype() == DType.F32 && Sampling.isChosen(sample, 64)));
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
