package dev.adjoint.check;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.catalog.ContractRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks and measures the devices of this machine: {@code [--device NAME]... [--json FILE] [--torch SCRIPT] [--shard K/N]
 * [PART]...}, where a part is {@code contract}, {@code training}, {@code speed} or {@code functions}, and none means all.
 */
public final class DeviceCheck {
  private static final Set<String> PARTS =
      new TreeSet<>(List.of("contract", "training", "speed", "functions"));
  private static final int STEPS = 100;
  private static final double TOLERANCE = 1e-4;
  private static final int SHOWN = 20;

  private final List<Device> devices = new ArrayList<>();
  private final Set<String> parts = new TreeSet<>();
  private final Report report = new Report();
  private @Nullable Path json;
  private @Nullable Path torch;
  private int shard = 1;
  private int shards = 1;

  private DeviceCheck() {}

  /** Runs the check; the exit status is 1 if something is wrong. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var check = new DeviceCheck();
    check.read(arguments);
    System.exit(check.run() ? 0 : 1);
  }

  private void read(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (PARTS.contains(argument)) {
        parts.add(argument);
        continue;
      }
      if (!Set.of("--device", "--json", "--torch", "--shard").contains(argument)
          || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "what is "
                + argument
                + "? Known are --device NAME, --json FILE, --torch SCRIPT, --shard K/N and the parts "
                + PARTS);
      }
      String value = arguments[++i];
      switch (argument) {
        case "--device" -> devices.add(Device.of(value));
        case "--json" -> json = Path.of(value);
        case "--shard" -> readShard(value);
        default -> torch = Path.of(value);
      }
    }
    if (parts.isEmpty()) {
      parts.addAll(PARTS);
    }
    if (devices.isEmpty()) {
      devices.addAll(Devices.list().stream().filter(DeviceCheck::isReal).toList());
    }
  }

  private void readShard(String value) {
    if (!value.matches("[1-9]\\d?/[1-9]\\d?")) {
      throw new IllegalArgumentException("--shard " + value + ": must be K/N, such as 1/4");
    }
    String[] numbers = value.split("/");
    shard = Integer.parseInt(numbers[0]);
    shards = Integer.parseInt(numbers[1]);
    if (shard > shards) {
      throw new IllegalArgumentException(
          "--shard " + value + ": there are only " + shards + " shards");
    }
  }

  /** Whether a device is more than a part of core's tests, which are on the class path. */
  private static boolean isReal(Device device) {
    return device.name().matches("cpu|opencl:\\d+|cuda:\\d+");
  }

  private boolean run() throws IOException, InterruptedException {
    String machine = Devices.report();
    System.err.print(machine);
    if (parts.contains("contract")) {
      devices.forEach(device -> guarded(device, "contract", () -> contract(device)));
    }
    if (parts.contains("training")) {
      double[] expected = FashionMnist.losses(Device.cpu(), STEPS);
      devices.forEach(device -> guarded(device, "training", () -> training(device, expected)));
    }
    if (parts.contains("speed")) {
      devices.forEach(device -> guarded(device, "speed", () -> new Speed(device, report).run()));
    }
    if (parts.contains("functions")) {
      devices.forEach(device -> guarded(device, "functions", () -> Functions.run(device, report)));
    }
    for (String part : List.of("speed", "functions")) {
      if (torch != null && parts.contains(part)) {
        TorchPeer.run(torch, part, report);
      }
    }
    System.out.print(report.table());
    if (json != null) {
      report.write(json, machine);
    }
    return report.isGood();
  }

  /** One device that fails must not hide the results of the others. */
  private void guarded(Device device, String part, Runnable action) {
    System.err.println(device + ": " + part);
    try {
      action.run();
    } catch (RuntimeException | LinkageError e) {
      report.problem(device + ": " + part + ": " + e);
      e.printStackTrace();
    }
  }

  private void contract(Device device) {
    long start = System.nanoTime();
    var run = new ContractRun(device, shard, shards);
    run.run();
    report.add(new Measurement(device.name(), "contract, passed", run.passed(), "tests"));
    report.add(new Measurement(device.name(), "contract, failed", run.failures().size(), "tests"));
    report.add(
        new Measurement(device.name(), "contract, time", (System.nanoTime() - start) * 1e-9, "s"));
    run.failures().stream()
        .limit(SHOWN)
        .forEach(failure -> report.problem(device + ": " + failure));
  }

  private void training(Device device, double[] expected) {
    double[] losses = FashionMnist.losses(device, STEPS);
    double worst = 0;
    for (int i = 0; i < STEPS; i++) {
      worst = Math.max(worst, Math.abs(losses[i] - expected[i]) / Math.abs(expected[i]));
    }
    report.add(
        new Measurement(
            device.name(), "loss after " + STEPS + " steps", losses[STEPS - 1], "nats"));
    report.add(new Measurement(device.name(), "loss against the CPU, worst", worst, "relative"));
    if (!(worst < TOLERANCE) || losses[STEPS - 1] > losses[0] / 2) {
      report.problem(
          device
              + ": the losses of "
              + STEPS
              + " steps are wrong: from "
              + losses[0]
              + " to "
              + losses[STEPS - 1]);
    }
  }
}
