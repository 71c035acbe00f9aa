package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;
import dev.adjoint.catalog.Sample;

/**
 * The contract of gradients on the first OpenCL device: every row with f32 and f64, and one of 32 with f16 and bf16. Of the
 * other shapes and layouts one of 64 is tried, in f32. {@code -Dadjoint.contract=full} leaves out nothing.
 */
class OpenClGradientContractTest extends GradientContract {
  @Override
  protected Device device() {
    return OpenClDevices.first();
  }

  @Override
  protected boolean tries(Sample sample) {
    boolean every = !OpenClContractTest.isStoredOnly(sample.dtype());
    return OpenClContractTest.FULL
        || (OpenClContractTest.isFirst(sample)
            && (every || OpenClContractTest.isChosen(sample, 32)))
        || (sample.dtype() == DType.F32 && OpenClContractTest.isChosen(sample, 64));
  }
}
