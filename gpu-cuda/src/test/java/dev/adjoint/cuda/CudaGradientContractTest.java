package dev.adjoint.cuda;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;
import dev.adjoint.catalog.OpCatalog;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of gradients on the first CUDA device; on an emulated one, an eighth of the rows with f32 and few with f64. */
class CudaGradientContractTest extends GradientContract {
  private static final Sampling SAMPLING = new Sampling("CUDA contract of gradients");

  @Override
  protected Device device() {
    return CudaDevices.first();
  }

  @BeforeAll
  static void compileAhead() {
    KernelsAhead.compile(
        () ->
            KernelsAhead.ofSamples(
                OpCatalog.differentiable(),
                sample -> sample.dtype().isFloat() && isChosen(sample),
                GradientContract::compute));
  }

  private static boolean isChosen(Sample sample) {
    int of =
        switch (sample.dtype()) {
          case F32 -> Sampling.isFirst(sample) ? 8 : 96;
          case F64 -> 32;
          default -> 128;
        };
    return Sampling.isChosen(sample, of)
        && (sample.dtype() == DType.F32 || Sampling.isFirst(sample));
  }

  @Override
  protected boolean tries(Sample sample) {
    return SAMPLING.tries(isChosen(sample) || !CudaDevices.areEmulated());
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
