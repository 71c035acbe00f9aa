package dev.adjoint.check;

import dev.adjoint.Device;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;

/** A device without the library of matrix products, measured in a process of its own because its environment says so. */
public final class OwnProducts {
  private OwnProducts() {}

  /** The process for a device. */
  static ProcessBuilder process(Device device) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("--class-path");
    command.add(System.getProperty("java.class.path"));
    command.add(OwnProducts.class.getName());
    command.add(device.name());
    var process = new ProcessBuilder(command);
    process.environment().put("ADJOINT_CUDA_PRODUCTS", "own");
    return process;
  }

  /** Measures the device that the first argument names, for about as many seconds as the second one says. */
  public static void main(String[] arguments) {
    Device device = Device.of(arguments[0]);
    Figures.ofProducts(device)
        .measure(
            device + " own", Deadline.in(Double.parseDouble(arguments[1])), new Lines(System.out));
  }
}
