package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;
import dev.adjoint.catalog.Sample;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract on the first OpenCL device. Each sample is a kernel of its own, and a driver takes a quarter of a second or more
 * for one, so every row is tried with one type, with half of the others that kernels compute in, and with a sixteenth of i8, f16
 * and bf16, which are stored as those. Of the other shapes and layouts each row tries an eighth, with the one type. {@code
 * -Dadjoint.contract=full} leaves out nothing.
 */
class OpenClContractTest extends DeviceContract {
  /** Whether nothing is to be left out. */
  static final boolean FULL = "full".equals(System.getProperty("adjoint.contract"));

  private static final LongAdder TRIED = new LongAdder();
  private static final LongAdder LEFT_OUT = new LongAdder();

  @Override
  protected Device device() {
    return OpenClDevices.first();
  }

  @Override
  protected boolean tries(Sample sample) {
    Set<DType> types = sample.op().dtypes();
    DType thorough = types.contains(DType.F32) ? DType.F32 : Collections.max(types);
    boolean tried =
        sample.dtype() == thorough
            ? isFirst(sample) || isChosen(sample, 8)
            : isFirst(sample) && isChosen(sample, isStoredOnly(sample.dtype()) ? 16 : 2);
    return count(FULL || tried);
  }

  @Override
  protected boolean tries(Enum<?> function, DType dtype) {
    return count(FULL || !isStoredOnly(dtype) || isChosen(function, 8));
  }

  /** Whether kernels have a type in memory alone, and none of their forms depends on it. */
  static boolean isStoredOnly(DType dtype) {
    return dtype.isNarrow() && dtype != DType.U8;
  }

  static boolean count(boolean tried) {
    (tried ? TRIED : LEFT_OUT).increment();
    return tried;
  }

  @AfterAll
  static void report() {
    report("OpenCL contract");
  }

  static void report(String contract) {
    System.out.println(
        contract
            + ": tried "
            + TRIED
            + ", left out "
            + LEFT_OUT
            + " (-Dadjoint.contract=full tries all)");
    TRIED.reset();
    LEFT_OUT.reset();
  }

  /** One of so many samples, by a hash that is the same in every run. */
  static boolean isChosen(Object sample, int of) {
    return sample.toString().hashCode() % of == 0;
  }

  /** Whether a sample has the first shapes of its row, as they are stored. */
  static boolean isFirst(Sample sample) {
    Sample first = sample.op().samples(sample.dtype()).getFirst();
    return sample.shapes().equals(first.shapes()) && sample.layout() == first.layout();
  }
}
