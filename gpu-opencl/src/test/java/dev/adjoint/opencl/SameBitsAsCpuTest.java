package dev.adjoint.opencl;

import dev.adjoint.Device;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.Scalar;
import dev.adjoint.autograd.ScalarFunction;
import dev.adjoint.catalog.SameBitsContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The bits of every OpenCL device, and of the first one with the kernels of a GPU. */
class SameBitsAsCpuTest extends SameBitsContract {
  private static final ScalarFunction OWN =
      ScalarFunction.ofRows(
          "own",
          (row, x) -> {
            Scalar y = x.sub(row.mean(x));
            for (int i = 0; i < 3; i++) {
              y = y.gt(0).select(y.exp().log1p(), y.sin());
            }
            return y.div(row.max(y));
          });

  @Override
  protected List<Device> devices() {
    List<Device> devices = new ArrayList<>(OpenClDevices.all());
    devices.add(OpenClDevices.likeGpu());
    return devices;
  }

  @Override
  protected Map<String, Supplier<Tensor>> computations() {
    Map<String, Supplier<Tensor>> all = super.computations();
    all.put(
        "the gradient of a kernel of one's own",
        () -> {
          Tensor x = Tensors.randn(9, 100).realize().requiresGrad();
          return OWN.apply(x).sum().backward().of(x);
        });
    return all;
  }
}
