import dev.adjoint.device.DeviceProvider;
import dev.adjoint.opencl.OpenClProvider;

/** The OpenCL device. */
module dev.adjoint.opencl {
  requires transitive dev.adjoint.core;
  requires static org.jspecify;
  requires jocl;

  exports dev.adjoint.opencl;

  provides DeviceProvider with
      OpenClProvider;
}
