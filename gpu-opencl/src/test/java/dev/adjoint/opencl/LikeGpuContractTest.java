package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract with the kernels of a GPU. Scalar functions and types are printed as for a processor, so a sixteenth of the rows
 * are tried with one type, and a few with the types that are only stored.
 */
class LikeGpuContractTest extends DeviceContract {
  private static final Sampling SAMPLING = new Sampling("OpenCL contract with kernels of a GPU");

  @Override
  protected Device device() {
    return OpenClDevices.likeGpu();
  }

  @Override
  protected boolean tries(Sample sample) {
    boolean first = Sampling.isFirst(sample);
    return SAMPLING.tries(
        sample.dtype() == Collections.max(sample.op().dtypes())
            ? Sampling.isChosen(sample, first ? 16 : 64)
            : first && Sampling.isStoredOnly(sample.dtype()) && Sampling.isChosen(sample, 96));
  }

  @Override
  protected boolean tries(Enum<?> function, DType dtype) {
    return SAMPLING.tries(!Sampling.isStoredOnly(dtype) || Sampling.isChosen(function, 32));
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
