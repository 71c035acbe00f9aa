package dev.adjoint.opencl;

import static org.junit.jupiter.api.Assertions.fail;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.catalog.Sampling;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/** The OpenCL devices of the machine that runs the tests. A machine without any skips, unless it is said to have one. */
final class OpenClDevices {
  private OpenClDevices() {}

  /** All devices. */
  static List<Device> all() {
    List<Device> found =
        Devices.list().stream().filter(d -> d.name().startsWith("opencl:")).toList();
    if (found.isEmpty()) {
      String why = new OpenClProvider().whyNot().orElse("there is one");
      if (Boolean.getBoolean("adjoint.ci")) {
        fail("adjoint.ci is set, so there must be an OpenCL device: " + why);
      }
      Assumptions.abort("no OpenCL device: " + why);
    }
    return found;
  }

  /** The first device. */
  static Device first() {
    return all().getFirst();
  }

  /**
   * All devices for tests of many kernels: their compilers do not optimize unless {@code -Dadjoint.contract=full} is given.
   * {@link OpenClContractTest} and {@link SameBitsAsCpuTest} try optimized kernels.
   */
  static List<Device> ofManyKernels() {
    List<Device> all = all();
    return Sampling.isFull()
        ? all
        : IntStream.range(0, all.size())
            .mapToObj(i -> Device.of(UnoptimizedProvider.UNOPTIMIZED + ":" + i))
            .toList();
  }

  /** The first device with the kernels of a GPU, whatever it is. */
  static Device likeGpu() {
    all();
    return Device.of(LikeGpuProvider.KIND);
  }
}
