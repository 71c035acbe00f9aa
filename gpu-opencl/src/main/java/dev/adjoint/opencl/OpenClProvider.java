package dev.adjoint.opencl;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.List;
import java.util.Optional;

/** The provider of OpenCL devices. This version has none: it only says so. */
public final class OpenClProvider implements DeviceProvider {
  private static final String WHY_NOT = "this version of Adjoint has no OpenCL backend yet; use the cpu device";

  /** For {@link java.util.ServiceLoader}. */
  public OpenClProvider() {}

  @Override
  public String kind() {
    return "opencl";
  }

  @Override
  public List<String> describe() {
    return List.of();
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.of(WHY_NOT);
  }

  @Override
  public Backend open(int ordinal) {
    throw new IllegalArgumentException("opencl:" + ordinal + ": " + WHY_NOT);
  }
}
