package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;
import dev.adjoint.catalog.Sample;
import java.util.Collections;

/**
 * The contract with the kernels of a GPU. Scalar functions and types are printed as for a processor, so each row is tried with
 * one type, and a few with the types that are only stored: kernels take long to compile.
 */
class LikeGpuContractTest extends DeviceContract {
  @Override
  protected Device device() {
    return OpenClDevices.likeGpu();
  }

  @Override
  protected boolean tries(Sample sample) {
    boolean first = OpenClContractTest.isFirst(sample);
    return sample.dtype() == Collections.max(sample.op().dtypes())
        ? first || OpenClContractTest.isChosen(sample, 8)
        : first
            && OpenClContractTest.isStoredOnly(sample.dtype())
            && OpenClContractTest.isChosen(sample, 64);
  }

  @Override
  protected boolean tries(Enum<?> function, DType dtype) {
    return !OpenClContractTest.isStoredOnly(dtype) || OpenClContractTest.isChosen(function, 32);
  }
}
