package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;
import dev.adjoint.catalog.Sample;
import dev.adjoint.catalog.Sampling;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract of gradients with the kernels of a GPU: one of 24 samples whose result has another shape, in f32. The
 * gradients of the others are mostly maps, whose form does not depend on what they compute.
 */
class LikeGpuGradientContractTest extends GradientContract {
  private static final Sampling SAMPLING =
      new Sampling("OpenCL contract of gradients with kernels of a GPU");

  @Override
  protected Device device() {
    return OpenClDevices.likeGpu();
  }

  @Override
  protected boolean tries(Sample sample) {
    return SAMPLING.tries(
        sample.dtype() == DType.F32
            && Sampling.isChosen(sample, 24)
            && !sample.result().shape().equals(sample.shapes().getFirst()));
  }

  @AfterAll
  static void report() {
    SAMPLING.report();
  }
}
