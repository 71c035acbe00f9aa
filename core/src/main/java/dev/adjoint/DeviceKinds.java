package dev.adjoint;

import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds the kinds of devices. One that cannot be used is a kind without devices, and says why; the others are there. */
final class DeviceKinds {
  /** Ours, by which to see that one is there and is not found. */
  private static final Map<String, String> PROVIDERS =
      new TreeMap<>(
          Map.of(
              "cpu", "dev.adjoint.cpu.CpuProvider",
              "opencl", "dev.adjoint.opencl.OpenClProvider",
              "cuda", "dev.adjoint.cuda.CudaProvider"));

  private static final String UNNAMED =
      "its classes are there, but META-INF/services/dev.adjoint.device.DeviceProvider does not name them:"
          + " merge service files when shading";

  private DeviceKinds() {}

  /** A kind that was not found, or whose provider does not work. */
  private record Unusable(String kind, String reason) implements DeviceProvider {
    @Override
    public List<String> describe() {
      return List.of();
    }

    @Override
    public Optional<String> whyNot() {
      return Optional.of(reason);
    }

    @Override
    public Backend open(int ordinal) {
      throw new IllegalArgumentException(kind + ":" + ordinal + ": " + reason);
    }
  }

  /** All kinds whose classes a loader has; the CPU is first. */
  static List<DeviceKind> all(ClassLoader loader) {
    var providers = new ArrayList<DeviceProvider>();
    var errors = new HashSet<String>();
    Iterator<DeviceProvider> services = ServiceLoader.load(DeviceProvider.class, loader).iterator();
    while (services.hasNext()) {
      try {
        providers.add(services.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        String text = String.valueOf(e.getMessage());
        if (!errors.add(text)) {
          break; // The loader does not get beyond this.
        }
        providers.add(new Unusable(kindIn(text), "its provider does not work: " + cause(e)));
      }
    }
    PROVIDERS.forEach(
        (kind, name) -> {
          if (providers.stream().noneMatch(p -> p.kind().equals(kind)) && isThere(name, loader)) {
            providers.add(new Unusable(kind, UNNAMED));
          }
        });
    providers.sort(Comparator.comparing(p -> !p.kind().equals("cpu")));
    return providers.stream().map(DeviceKind::new).toList();
  }

  /** The kind whose provider an error names. */
  private static String kindIn(String text) {
    return PROVIDERS.keySet().stream()
        .filter(kind -> text.contains(PROVIDERS.get(kind)))
        .findFirst()
        .orElse("other");
  }

  /** The first line of what is behind an error. */
  static String cause(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString().lines().findFirst().orElse("");
  }

  private static boolean isThere(String name, ClassLoader loader) {
    return loader.getResource(name.replace('.', '/') + ".class") != null;
  }
}
