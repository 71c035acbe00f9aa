package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import org.jspecify.annotations.Nullable;

/** A kernel and where it works, with the launch that a device prepares of it: equal groups of all plans share one. */
final class Code {
  private final Kernel kernel;
  private final Geometry geometry;
  private final boolean canFail;
  private @Nullable Device device;
  private Program.@Nullable Launch launch;

  Code(Kernel kernel, Geometry geometry) {
    this.kernel = kernel;
    this.geometry = geometry;
    this.canFail = kernel.checksPositions();
  }

  /** What is computed. */
  Kernel kernel() {
    return kernel;
  }

  /** Where. */
  Geometry geometry() {
    return geometry;
  }

  /** Whether a run can fail, because the kernel checks positions. */
  boolean canFail() {
    return canFail;
  }

  /** The launch on a device. */
  synchronized Program.Launch launch(Device on) {
    if (launch == null || device != on) {
      device = on;
      launch = Programs.get(on, kernel).prepare(geometry);
    }
    return launch;
  }
}
