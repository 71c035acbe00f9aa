package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;
import dev.adjoint.catalog.Sample;
import java.util.Collections;
import java.util.Set;

/**
 * The contract on the first OpenCL device: every row with every type. All shapes and layouts are tried with one type, as each is
 * a kernel of its own, and a driver takes a quarter of a second for one; {@code -Dadjoint.contract=full} tries them with all.
 */
class OpenClContractTest extends DeviceContract {
  private static final boolean FULL = "full".equals(System.getProperty("adjoint.contract"));

  @Override
  protected Device device() {
    return OpenClDevices.first();
  }

  @Override
  protected boolean tries(Sample sample) {
    Set<DType> types = sample.op().dtypes();
    DType thorough = types.contains(DType.F32) ? DType.F32 : Collections.max(types);
    return FULL || sample.dtype() == thorough || isFirst(sample);
  }

  /** Whether a sample has the first shapes of its row, as they are stored. */
  private static boolean isFirst(Sample sample) {
    Sample first = sample.op().samples(sample.dtype()).getFirst();
    return sample.shapes().equals(first.shapes()) && sample.layout() == first.layout();
  }
}
