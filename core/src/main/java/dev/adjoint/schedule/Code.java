package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Kernel;
import org.jspecify.annotations.Nullable;

/** A kernel with the program that a device makes of it, so that launches which share it look that up once. */
final class Code {
  private final Kernel kernel;
  private @Nullable Device device;
  private @Nullable Program program;

  Code(Kernel kernel) {
    this.kernel = kernel;
  }

  /** What is computed. */
  Kernel kernel() {
    return kernel;
  }

  /** The program of a device. */
  synchronized Program program(Device on) {
    if (program == null || device != on) {
      device = on;
      program = Programs.get(on, kernel);
    }
    return program;
  }
}
