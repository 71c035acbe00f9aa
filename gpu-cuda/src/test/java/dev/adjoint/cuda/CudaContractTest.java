package dev.adjoint.cuda;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.DeviceContract;
import dev.adjoint.catalog.OpCatalog;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract on the first CUDA device. On an emulated one, where a kernel takes 50 ms to compile, a quarter of the rows is
 * tried with one type, and a part of the other types, shapes and layouts.
 */
class CudaContractTest extends DeviceContract {
  private static final Sampling SAMPLING = new Sampling("CUDA contract");

  @Override
  protected Device device() {
    return CudaDevices.first();
  }

  @BeforeAll
  static void compileAhead() {
    KernelsAhead.compile(
        () -> {
          compute((f, dtype) -> Sampling.isFull() || isChosen(f, dtype));
          KernelsAhead.ofSamples(
              OpCatalog.all(), CudaContractTest::isChosen, sample -> sample.result().realize());
        });
  }

  private static boolean isChosen(Sample sample) {
    Set<DType> types = sample.op().dtypes();
    DType thorough = types.contains(DType.F32) ? DType.F32 : Collections.max(types);
    boolean first = Sampling.isFirst(sample);
    return sample.dtype() == thorough
        ? Sampling.isChosen(sample, first ? 4 : 48)
        : first && Sampling.isChosen(sample, Sampling.isStoredOnly(sample.dtype()) ? 48 : 16);
  }

  @Override
  protected boolean tries(Sample sample) {
    return tries(isChosen(sample));
  }

  @Override
  protected boolean tries(Enum<?> function, DType dtype) {
    return tries(isChosen(function, dtype));
  }

  private static boolean isChosen(Enum<?> function, DType dtype) {
    return !Sampling.isStoredOnly(dtype) || Sampling.isChosen(function, 16);
  }

  private static boolean tries(boolean chosen) {
    return SAMPLING.tries(chosen || !CudaDevices.areEmulated());
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
