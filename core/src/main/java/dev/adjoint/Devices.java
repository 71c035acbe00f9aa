package dev.adjoint;

import dev.adjoint.device.Backend;
import dev.adjoint.device.MemoryStats;
import dev.adjoint.device.Reclaimer;
import dev.adjoint.schedule.Storages;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The devices of this machine. */
public final class Devices {
  /** The device of a {@link Scope}. */
  static final ScopedValue<Device> SCOPED = ScopedValue.newInstance();

  private static volatile @Nullable Device initial;

  private Devices() {}

  /** All usable devices; the CPU is first. */
  public static List<Device> list() {
    return Found.KINDS.stream().flatMap(kind -> kind.devices().keySet().stream()).toList();
  }

  /** The device that new tensors go to: that of the innermost scope, else of {@code ADJOINT_DEVICE}, else the CPU. */
  public static Device current() {
    return SCOPED.isBound() ? SCOPED.get() : initial();
  }

  static Device get(String name) {
    String kindName = name.contains(":") ? name.substring(0, name.indexOf(':')) : name;
    for (DeviceKind kind : Found.KINDS) {
      if (kind.name().equals(kindName)) {
        for (Device device : kind.devices().keySet()) {
          if (device.name().equals(name) || device.name().equals(name + ":0")) {
            return device;
          }
        }
      }
    }
    var missing = new StringJoiner("; ", "; not usable: ", "").setEmptyValue("");
    Found.KINDS.forEach(
        kind -> kind.whyNot().ifPresent(why -> missing.add(kind.name() + ": " + why)));
    throw new IllegalArgumentException(
        "device: no device '" + name + "' can be used; there are " + list() + missing);
  }

  /** A table of all devices; for each kind without one the reason, and where the parts of its driver and toolkit are. */
  public static String report() {
    var text = new StringBuilder();
    for (DeviceKind kind : Found.KINDS) {
      kind.devices()
          .forEach((device, line) -> text.append(String.format("%-10s %s%n", device, line)));
      kind.whyNot()
          .ifPresent(why -> text.append(String.format("%-10s not usable: %s%n", kind.name(), why)));
      kind.parts().forEach(part -> text.append(String.format("  %s: %s%n", kind.name(), part)));
    }
    return text.toString();
  }

  /** What the memory of each device is used for: a line of counters in bytes, and the largest values that it holds. */
  public static String memoryReport() {
    var text = new StringBuilder();
    for (Device device : list()) {
      Backend backend = device.opened();
      if (backend == null) {
        text.append(String.format("%-10s not used yet%n", device));
        continue;
      }
      Reclaimer tensors = Storages.reclaimer(backend);
      tensors.reclaim(false);
      MemoryStats stats = backend.memory();
      text.append(
          String.format(
              "%-10s live %,d bytes in %,d blocks, cached %,d, peak %,d, limit %,d%n",
              device, stats.live(), stats.blocks(), stats.cached(), stats.peak(), stats.limit()));
      tensors.holders().lines().forEach(line -> text.append(String.format("%10s %s%n", "", line)));
    }
    return text.toString();
  }

  /** The kinds, looked up at the first use. */
  private static final class Found {
    static final List<DeviceKind> KINDS = DeviceKinds.all(Devices.class.getClassLoader());
  }

  /** The default device of this process; a bad name is an error each time that it is used. */
  private static Device initial() {
    Device device = initial;
    if (device == null) {
      device = get(System.getenv().getOrDefault("ADJOINT_DEVICE", "cpu"));
      initial = device;
    }
    return device;
  }
}
