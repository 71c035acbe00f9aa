package dev.adjoint;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import dev.adjoint.schedule.Storages;
import org.jspecify.annotations.Nullable;

/** A place where tensors live and kernels run, such as {@code cpu}, {@code opencl:0} or {@code cuda:1}. */
public final class Device {
  private final String name;
  private final DeviceProvider provider;
  private final int ordinal;
  private volatile @Nullable Backend backend;

  Device(String name, DeviceProvider provider, int ordinal) {
    this.name = name;
    this.provider = provider;
    this.ordinal = ordinal;
  }

  /** The processor that runs the JVM. */
  public static Device cpu() {
    return Devices.get("cpu");
  }

  /**
   * The device of a name: a kind alone means its first device.
   *
   * @throws IllegalArgumentException if there is no such device; the message lists those that can be used
   */
  public static Device of(String name) {
    return Devices.get(name);
  }

  /** The name, such as {@code opencl:0}. */
  public String name() {
    return name;
  }

  /** The engine's side of this device, opened at the first call. */
  public Backend backend() {
    Backend b = backend;
    if (b == null) {
      synchronized (this) {
        b = backend;
        if (b == null) {
          b = provider.open(ordinal);
          b.onPressure(Storages.reclaimer(b));
          backend = b;
        }
      }
    }
    return b;
  }

  /** The engine's side of this device, or null if nothing has used it yet. */
  @Nullable Backend opened() {
    return backend;
  }

  @Override
  public String toString() {
    return name;
  }
}
