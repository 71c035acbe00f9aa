package dev.adjoint;

import dev.adjoint.device.DeviceProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The devices of one provider. It is asked for them when they are needed, because loading a driver of GPUs takes long. */
final class DeviceKind {
  private final DeviceProvider provider;

  /** The devices with their descriptions; null until the provider is asked. */
  private volatile @Nullable Map<Device, String> devices;

  private DeviceKind(DeviceProvider provider) {
    this.provider = provider;
  }

  /** All kinds; the CPU is first. */
  static List<DeviceKind> all() {
    var kinds = new ArrayList<DeviceKind>();
    ServiceLoader.load(DeviceProvider.class, DeviceKind.class.getClassLoader())
        .forEach(provider -> kinds.add(new DeviceKind(provider)));
    kinds.sort((a, b) -> Boolean.compare(b.name().equals("cpu"), a.name().equals("cpu")));
    return List.copyOf(kinds);
  }

  /** The first part of device names. */
  String name() {
    return provider.kind();
  }

  /** The devices with their descriptions, in order. */
  Map<Device, String> devices() {
    Map<Device, String> known = devices;
    if (known == null) {
      synchronized (this) {
        known = devices;
        if (known == null) {
          known = find();
          devices = known;
        }
      }
    }
    return known;
  }

  private Map<Device, String> find() {
    var found = new LinkedHashMap<Device, String>();
    List<String> lines = provider.describe();
    for (int i = 0; i < lines.size(); i++) {
      found.put(new Device(name().equals("cpu") ? "cpu" : name() + ":" + i, provider, i), lines.get(i));
    }
    return found;
  }

  /** Where the parts of the driver and its toolkit are, or what installs them. */
  List<String> parts() {
    return provider.parts();
  }

  /** Why there is no device of this kind, or empty if there is one. */
  Optional<String> whyNot() {
    return provider.whyNot();
  }
}
