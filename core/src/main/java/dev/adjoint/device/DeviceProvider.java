package dev.adjoint.device;

import java.util.List;
import java.util.Optional;

/** A kind of device, found by {@link java.util.ServiceLoader}. Looking for devices must not fail: it says why there are none. */
public interface DeviceProvider {
  /** The first part of device names: {@code cpu}, {@code opencl}, {@code cuda}. */
  String kind();

  /** One line per usable device, in the order of their ordinals. */
  List<String> describe();

  /** One line for each part of the driver and its toolkit: where it was found, or the command that installs it. */
  default List<String> parts() {
    return List.of();
  }

  /** Why there is no usable device, or empty if there is one. */
  Optional<String> whyNot();

  /** Opens the device with an ordinal; called once per device. */
  Backend open(int ordinal);
}
