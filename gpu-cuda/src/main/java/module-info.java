import dev.adjoint.cuda.CudaProvider;
import dev.adjoint.device.DeviceProvider;

/** The CUDA device. */
module dev.adjoint.cuda {
  requires transitive dev.adjoint.core;
  requires static org.jspecify;
  requires jcuda;

  exports dev.adjoint.cuda;

  provides DeviceProvider with
      CudaProvider;
}
