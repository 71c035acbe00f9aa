package dev.adjoint.opencl;

import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;
import dev.adjoint.catalog.Sample;
import java.util.Collections;

/**
 * The contract with the kernels of a GPU. Scalar functions and types are printed as for a processor, so each row is tried with
 * one type: kernels take long to compile.
 */
class LikeGpuContractTest extends DeviceContract {
  @Override
  protected Device device() {
    return OpenClDevices.likeGpu();
  }

  @Override
  protected boolean tries(Sample sample) {
    return sample.dtype() == Collections.max(sample.op().dtypes())
        && (OpenClContractTest.isFirst(sample) || OpenClContractTest.isChosen(sample, 8));
  }
}
