package dev.adjoint.cpu;

import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.List;
import java.util.Optional;

/** The processor that runs the JVM: one device, which is always there. */
public final class CpuProvider implements DeviceProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public CpuProvider() {}

  @Override
  public String kind() {
    return "cpu";
  }

  @Override
  public List<String> describe() {
    return List.of(CpuDevice.describe());
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public Backend open(int ordinal) {
    if (ordinal != 0) {
      throw new IllegalArgumentException(
          "cpu: there is one device, number 0, and no number " + ordinal);
    }
    return new CpuDevice(Workers.shared());
  }
}
