package dev.adjoint.schedule;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import dev.adjoint.device.HostBackend;
import java.util.List;
import java.util.Optional;

/** Offers the interpreter as device {@code interpreter:0}, in tests only. */
public final class InterpreterProvider implements DeviceProvider {
  @Override
  public String kind() {
    return "interpreter";
  }

  @Override
  public List<String> describe() {
    return List.of("runs kernels one element at a time");
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public Backend open(int ordinal) {
    return new HostBackend("kernel interpreter", KernelInterpreter::compile);
  }
}
