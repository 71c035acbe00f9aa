package dev.adjoint;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import dev.adjoint.device.MemoryStats;
import dev.adjoint.device.Reclaimer;
import dev.adjoint.schedule.Storages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The devices of this machine. */
public final class Devices {
  private Devices() {}

  /** All usable devices; the CPU is first. */
  public static List<Device> list() {
    return List.copyOf(Found.BY_NAME.values());
  }

  /** The device that new tensors go to: that of the innermost scope, else of {@code ADJOINT_DEVICE}, else the CPU. */
  public static Device current() {
    return Scope.DEVICE.isBound() ? Scope.DEVICE.get() : Found.initial();
  }

  static Device get(String name) {
    Device device = Found.BY_NAME.get(name);
    if (device == null) {
      device = Found.BY_NAME.get(name + ":0");
    }
    if (device == null) {
      throw new IllegalArgumentException(
          "device: no device '" + name + "' can be used; there are " + Found.BY_NAME.keySet() + Found.reasons());
    }
    return device;
  }

  /** A table of all devices, and for each kind without one the reason; then the parts of drivers and toolkits. */
  public static String report() {
    var text = new StringBuilder();
    for (Map.Entry<String, String> line : Found.DESCRIPTIONS.entrySet()) {
      text.append(String.format("%-10s %s%n", line.getKey(), line.getValue()));
    }
    Found.PARTS.forEach((kind, parts) -> parts.forEach(part -> text.append(String.format("  %s: %s%n", kind, part))));
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

  /** Looked up at the first use. */
  private static final class Found {
    static final Map<String, Device> BY_NAME = new LinkedHashMap<>();
    static final Map<String, String> DESCRIPTIONS = new LinkedHashMap<>();
    static final Map<String, List<String>> PARTS = new LinkedHashMap<>();
    static final List<String> MISSING = new ArrayList<>();

    static {
      var providers = new ArrayList<DeviceProvider>();
      ServiceLoader.load(DeviceProvider.class, Devices.class.getClassLoader()).forEach(providers::add);
      providers.sort((a, b) -> Boolean.compare(b.kind().equals("cpu"), a.kind().equals("cpu")));
      for (DeviceProvider provider : providers) {
        List<String> lines = provider.describe();
        for (int i = 0; i < lines.size(); i++) {
          String name = provider.kind().equals("cpu") ? "cpu" : provider.kind() + ":" + i;
          BY_NAME.put(name, new Device(name, provider, i));
          DESCRIPTIONS.put(name, lines.get(i));
        }
        provider.whyNot().ifPresent(why -> {
          MISSING.add(provider.kind() + ": " + why);
          DESCRIPTIONS.put(provider.kind(), "not usable: " + why);
        });
        PARTS.put(provider.kind(), provider.parts());
      }
    }

    static Device initial() {
      return Initial.DEVICE;
    }

    static String reasons() {
      return MISSING.isEmpty() ? "" : "; not usable: " + String.join("; ", MISSING);
    }
  }

  /** The default device of this process; apart from {@link Found} so that a bad name is an error each time it is used. */
  private static final class Initial {
    static final Device DEVICE = get(System.getenv().getOrDefault("ADJOINT_DEVICE", "cpu"));
  }
}
