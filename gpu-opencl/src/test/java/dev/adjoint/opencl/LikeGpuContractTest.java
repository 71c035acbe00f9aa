package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;
import dev.adjoint.catalog.Sample;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract with the kernels of a GPU. Scalar functions and types are printed as for a processor, and kernels take long to
 * compile, so half of the rows are tried with one type, and a few with the types that are only stored. {@code
 * -Dadjoint.contract=full} leaves out nothing.
 */
class LikeGpuContractTest extends DeviceContract {
  @Override
  protected Device device() {
    return OpenClDevices.likeGpu();
  }

  @Override
  protected boolean tries(Sample sample) {
    boolean first = OpenClContractTest.isFirst(sample);
    return OpenClContractTest.count(
        OpenClContractTest.FULL
            || (sample.dtype() == Collections.max(sample.op().dtypes())
                ? OpenClContractTest.isChosen(sample, first ? 2 : 16)
                : first
                    && OpenClContractTest.isStoredOnly(sample.dtype())
                    && OpenClContractTest.isChosen(sample, 64)));
  }

  @Override
  protected boolean tries(Enum<?> function, DType dtype) {
    return OpenClContractTest.count(
        OpenClContractTest.FULL
            || !OpenClContractTest.isStoredOnly(dtype)
            || OpenClContractTest.isChosen(function, 32));
  }

  @AfterAll
  static void reportLeftOut() {
    OpenClContractTest.report("OpenCL contract with kernels of a GPU");
  }
}
