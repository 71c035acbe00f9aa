package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;
import dev.adjoint.catalog.Sample;
import java.util.Collections;
import java.util.Set;

/**
 * The contract on the first OpenCL device: every row with every type. Of the other shapes and layouts each row tries an
 * eighth, with one type, as each is a kernel of its own, and a driver takes a quarter of a second for one.
 * {@code -Dadjoint.contract=full} leaves out nothing.
 */
class OpenClContractTest extends DeviceContract {
  /** Whether nothing is to be left out. */
  static final boolean FULL = "full".equals(System.getProperty("adjoint.contract"));

  @Override
  protected Device device() {
    return OpenClDevices.first();
  }

  @Override
  protected boolean tries(Sample sample) {
    Set<DType> types = sample.op().dtypes();
    DType thorough = types.contains(DType.F32) ? DType.F32 : Collections.max(types);
    return FULL || isFirst(sample) || (sample.dtype() == thorough && isChosen(sample, 8));
  }

  /** One of so many samples, by a hash that is the same in every run. */
  static boolean isChosen(Sample sample, int of) {
    return sample.toString().hashCode() % of == 0;
  }

  /** Whether a sample has the first shapes of its row, as they are stored. */
  static boolean isFirst(Sample sample) {
    Sample first = sample.op().samples(sample.dtype()).getFirst();
    return sample.shapes().equals(first.shapes()) && sample.layout() == first.layout();
  }
}
