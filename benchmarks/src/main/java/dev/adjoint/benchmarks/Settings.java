package dev.adjoint.benchmarks;

import java.util.List;

/** What {@link Bench} tells the JVMs that it starts, as system properties. */
final class Settings {
  private static final String DEVICE = "adjoint.benchmarks.device";
  private static final String THREADS = "adjoint.threads";

  private Settings() {}

  /** The flags that pass a device and a number of threads on. */
  static List<String> flags(String device, int threads) {
    return List.of("-D" + DEVICE + "=" + device, "-D" + THREADS + "=" + threads);
  }

  /** The name of the device that Adjoint computes on. */
  static String device() {
    String chosen = System.getProperty(DEVICE);
    return chosen != null ? chosen : System.getenv().getOrDefault("ADJOINT_DEVICE", "cpu");
  }

  /** The number of threads of both sides. */
  static int threads() {
    String chosen = System.getProperty(THREADS, System.getenv("ADJOINT_THREADS"));
    return chosen == null
        ? Runtime.getRuntime().availableProcessors()
        : Integer.parseInt(chosen.strip());
  }
}
