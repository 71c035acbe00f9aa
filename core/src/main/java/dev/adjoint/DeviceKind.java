package dev.adjoint;

import dev.adjoint.device.DeviceProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The devices of one provider. It is asked for them when they are needed, because loading a driver of GPUs takes long. */
final class DeviceKind {
  private final DeviceProvider provider;

  /** The devices with their descriptions; null until the provider is asked. */
  private volatile @Nullable Map<Device, String> devices;

  /** What went wrong when the provider was asked, which it should have said by itself. */
  private volatile @Nullable String failure;

  DeviceKind(DeviceProvider provider) {
    this.provider = provider;
  }

  /** The first part of device names. */
  String name() {
    return provider.kind();
  }

  /** The devices with their descriptions, in order; none if the provider fails. */
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
    List<String> lines = List.of();
    try {
      lines = provider.describe();
    } catch (RuntimeException | LinkageError e) {
      failure = "looking for devices fails: " + DeviceKinds.cause(e);
    }
    for (int i = 0; i < lines.size(); i++) {
      found.put(
          new Device(name().equals("cpu") ? "cpu" : name() + ":" + i, provider, i), lines.get(i));
    }
    return found;
  }

  /** Where the parts of the driver and its toolkit are, or what installs them. */
  List<String> parts() {
    return failure == null ? provider.parts() : List.of();
  }

  /** Why there is no device of this kind, or empty if there is one. */
  Optional<String> whyNot() {
    devices();
    String text = failure;
    return text == null ? provider.whyNot() : Optional.of(text);
  }
}
