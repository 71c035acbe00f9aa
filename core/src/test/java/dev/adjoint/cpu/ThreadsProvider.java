package dev.adjoint.cpu;

import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Offers the processor as devices {@code threads:0} to {@code threads:4}, in tests only; ordinal k has k + 1 threads. */
public final class ThreadsProvider implements DeviceProvider {
  private static final int MOST = 5;

  @Override
  public String kind() {
    return "threads";
  }

  @Override
  public List<String> describe() {
    return Collections.nCopies(MOST, "the processor with a team of its own");
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public Backend open(int ordinal) {
    return new CpuDevice(new Workers(ordinal + 1));
  }
}
