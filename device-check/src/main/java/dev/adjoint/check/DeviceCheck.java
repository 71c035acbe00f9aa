package dev.adjoint.check;

import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.catalog.ContractRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Checks and measures devices of this machine within a time: smoke, figures, a sample of the contract, and the rest of it. What
 * the time did not suffice for is told. Arguments are those of {@link Options}.
 */
public final class DeviceCheck {
  /** The seconds for what has begun when the time is over, and to tell the results. */
  private static final double MARGIN = 15;

  private static final double LARGEST_MARGIN = 0.1;

  /** Seconds after which a check that hangs is ended, before the time is over. */
  private static final double LAST = 1;

  /** How many problems of one device are told in full. */
  private static final int SHOWN = 20;

  /** How the time of the figures is shared, by weights: a device has 1. */
  private static final double OWN_PRODUCTS = 0.2;

  private static final double TORCH = 1.5;

  private final Options options;
  private final List<Device> devices;
  private final Report report;
  private final Deadline end;
  private final double margin;
  private final Map<Device, ContractRun> contracts = new HashMap<>();
  private final Map<Device, Integer> told = new HashMap<>();

  private DeviceCheck(Options options, List<Device> devices, Report report) {
    this.options = options;
    this.devices = devices;
    this.report = report;
    margin = Math.min(MARGIN, LARGEST_MARGIN * options.seconds());
    end = Deadline.in(options.seconds() - margin);
  }

  /** Runs the check; the exit status is 1 if something is wrong, and 2 if it cannot begin. */
  public static void main(String[] arguments) throws InterruptedException {
    System.exit(run(arguments));
  }

  /** Runs the check and returns the exit status. */
  static int run(String... arguments) throws InterruptedException {
    DeviceCheck check;
    try {
      Options options = Options.of(arguments);
      List<Device> devices = devices(options.devices());
      String machine = Devices.report();
      System.out.print(machine);
      System.out.print(Part.table(options.parts(), options.seconds()));
      System.out.flush();
      check = new DeviceCheck(options, devices, new Report(machine, options.json()));
    } catch (IllegalArgumentException e) {
      System.err.println("device-check: " + e.getMessage());
      return 2;
    } catch (IOException e) {
      System.err.println("device-check: cannot write the results: " + e);
      return 2;
    }
    return check.run();
  }

  private static List<Device> devices(List<String> names) {
    return names.isEmpty()
        ? Devices.list().stream().filter(DeviceCheck::isReal).toList()
        : names.stream().map(Device::of).toList();
  }

  /** Whether a device is more than a part of core's tests, which are on the class path. */
  private static boolean isReal(Device device) {
    return device.name().matches("cpu|opencl:\\d+|cuda:\\d+");
  }

  private int run() throws InterruptedException {
    CompletableFuture<Void> watch =
        CompletableFuture.runAsync(
            this::giveUp,
            CompletableFuture.delayedExecutor(
                Math.round((options.seconds() - LAST) * 1e3), TimeUnit.MILLISECONDS));
    for (Part part : options.parts()) {
      report.part(part, "not begun");
    }
    for (Part part : options.parts()) {
      run(part);
    }
    watch.cancel(false);
    System.out.print(report.table());
    return report.isGood() ? 0 : 1;
  }

  /** Ends a check in which something hangs. */
  private void giveUp() {
    report.problem("the time was over, and the check did not end");
    System.out.print(report.table());
    System.out.flush();
    Runtime.getRuntime().halt(1);
  }

  private void run(Part part) throws InterruptedException {
    if (end.isOver()) {
      report.part(part, "left out");
      report.leftOut(part + ": all of it");
      return;
    }
    report.part(part, "begun");
    long start = System.nanoTime();
    Deadline deadline = end.atMost(part.seconds(options.seconds()));
    switch (part) {
      case SMOKE -> smoke(deadline);
      case FIGURES -> figures(deadline);
      case SAMPLE -> contract(part, deadline);
      case CONTRACT -> contract(part, deadline);
    }
    report.part(part, String.format("ended after %.1f s", (System.nanoTime() - start) * 1e-9));
  }

  /** What one of several takes of the time that is left, if each of the rest gets as much for its weight. */
  private static Deadline share(Deadline all, double weight, double rest) {
    return Deadline.in(all.left() * weight / rest);
  }

  /** One device that fails must not hide the results of the others. */
  private void guarded(Device device, Part part, Runnable action) {
    System.err.println(device + ": " + part);
    try {
      action.run();
    } catch (RuntimeException | LinkageError e) {
      report.problem(device + ": " + part + ": " + e);
      e.printStackTrace();
    }
  }

  private void smoke(Deadline deadline) {
    int rest = devices.size() + 1;
    Smoke smoke = Smoke.expecting(share(deadline, 1, rest--));
    for (Device device : devices) {
      Deadline mine = share(deadline, 1, rest--);
      guarded(device, Part.SMOKE, () -> smoke.run(device, mine, report));
    }
  }

  private void figures(Deadline deadline) {
    Path torch = options.torch();
    double rest = torch == null ? 0 : TORCH;
    for (Device device : devices) {
      rest += isCuda(device) ? 1 + OWN_PRODUCTS : 1;
    }
    for (Device device : devices) {
      Deadline mine = share(deadline, 1, rest--);
      guarded(device, Part.FIGURES, () -> Figures.all(device).measure(device.name(), mine, report));
      if (isCuda(device)) {
        Deadline its = share(deadline, OWN_PRODUCTS, rest);
        rest -= OWN_PRODUCTS;
        guarded(
            device,
            Part.FIGURES,
            () -> Peer.run(device + " own", OwnProducts.process(device), its, report));
      }
    }
    if (torch != null) {
      Peer.run("PyTorch", new ProcessBuilder("python3", torch.toString()), deadline, report);
    }
  }

  private static boolean isCuda(Device device) {
    return device.name().startsWith("cuda:");
  }

  private void contract(Part part, Deadline deadline) throws InterruptedException {
    int rest = devices.size();
    for (Device device : devices) {
      Deadline mine = share(deadline, 1, rest--);
      System.err.println(device + ": " + part);
      ContractRun run =
          contracts.computeIfAbsent(
              device, _ -> new ContractRun(device, options.shard(), options.shards()));
      long start = System.nanoTime();
      boolean all = part == Part.CONTRACT;
      run.run(
          all,
          options.threads(),
          mine::isOver,
          Math.round(margin / 2 * 1e3),
          () -> tell(device, run));
      report.add(
          new Measurement(device.name(), part + ", time", (System.nanoTime() - start) * 1e-9, "s"));
      if (all || !options.parts().contains(Part.CONTRACT)) {
        run.leftOut().forEach(text -> report.leftOut(device + ": contract: " + text));
      }
    }
  }

  /** Tells how far a contract is. */
  private void tell(Device device, ContractRun run) {
    List<String> failures = run.failures();
    report.set(new Measurement(device.name(), "contract, passed", run.passed(), "tests"));
    report.set(new Measurement(device.name(), "contract, failed", failures.size(), "tests"));
    int from = told.getOrDefault(device, 0);
    failures.stream()
        .limit(SHOWN)
        .skip(from)
        .forEach(failure -> report.problem(device + ": " + failure));
    told.put(device, Math.min(failures.size(), SHOWN));
  }
}
