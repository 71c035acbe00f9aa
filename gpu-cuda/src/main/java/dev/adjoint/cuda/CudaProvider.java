package dev.adjoint.cuda;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.List;
import java.util.Optional;

/** The provider of CUDA devices. This version has none: it only says so. */
public final class CudaProvider implements DeviceProvider {
  private static final String WHY_NOT = "this version of Adjoint has no CUDA backend yet; use the cpu device";

  /** For {@link java.util.ServiceLoader}. */
  public CudaProvider() {}

  @Override
  public String kind() {
    return "cuda";
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
    throw new IllegalArgumentException("cuda:" + ordinal + ": " + WHY_NOT);
  }
}
