package dev.adjoint.opencl;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.catalog.GradientContract;
import dev.adjoint.catalog.Sample;

/**
 * The contract of gradients with the kernels of a GPU: a sixteenth of the samples whose result has another shape, in f32. The
 * gradients of the others are mostly maps, whose form does not depend on what they compute.
 */
class LikeGpuGradientContractTest extends GradientContract {
  @Override
  protected Device device() {
    return OpenClDevices.likeGpu();
  }

  @Override
  protected boolean tries(Sample sample) {
    return sample.dtype() == DType.F32
        && OpenClContractTest.isChosen(sample, 16)
        && !sample.result().shape().equals(sample.shapes().getFirst());
  }
}
