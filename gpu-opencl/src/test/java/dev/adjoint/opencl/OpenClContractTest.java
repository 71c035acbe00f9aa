package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract on the first OpenCL device. Each sample is a kernel of its own, so an eighth of the rows that are not short for
 * another one are tried with one type, a sixteenth with the others that kernels compute in, and one of 48 with i8, f16 and bf16,
 * which are stored as those. Of the other shapes and layouts one of 48 is tried, with the one type.
 */
class OpenClContractTest extends DeviceContract {
  private static final Sampling SAMPLING = new Sampling("OpenCL contract");

  @Override
  protected Device device() {
    return OpenClDevices.first();
  }

  @Override
  protected boolean tries(Sample sample) {
    Set<DType> types = sample.op().dtypes();
    DType thorough = types.contains(DType.F32) ? DType.F32 : Collections.max(types);
    boolean first = Sampling.isFirst(sample);
    return SAMPLING.tries(
        sample.dtype() == thorough
            ? Sampling.isChosen(sample, first ? 8 : 48)
            : first && Sampling.isChosen(sample, Sampling.isStoredOnly(sample.dtype()) ? 48 : 16));
  }

  @Override
  protected boolean tries(Enum<?> function, DType dtype) {
    return SAMPLING.tries(!Sampling.isStoredOnly(dtype) || Sampling.isChosen(function, 8));
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
