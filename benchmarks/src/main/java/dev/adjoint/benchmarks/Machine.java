package dev.adjoint.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where and when a table was measured.
 *
 * @param processor what the processor calls itself
 * @param jdk the JVM
 * @param devices the devices that Adjoint computes on
 * @param threads the number of threads of both sides
 * @param load how many processors were at work in the minute before; negative where the system does not say
 * @param date the day
 */
record Machine(
    String processor, String jdk, List<String> devices, int threads, double load, LocalDate date) {
  private static final Path INFO = Path.of("/proc/cpuinfo");

  /** This machine, today. */
  static Machine here(List<String> devices, int threads) {
    String jdk =
        System.getProperty("java.vendor.version", System.getProperty("java.vendor"))
            + ", Java "
            + System.getProperty("java.version");
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return new Machine(processorName(), jdk, devices, threads, load, LocalDate.now());
  }

  /** Whether other programs leave less than half of the processors. */
  boolean busy() {
    return load > Runtime.getRuntime().availableProcessors() / 2.0;
  }

  /** Whether the processor has AVX-512, as far as Linux tells. */
  static boolean hasAvx512() {
    try {
      return Files.isReadable(INFO) && Files.readString(INFO).contains(" avx512f ");
    } catch (IOException e) {
      throw new UncheckedIOException("benchmarks: " + INFO + " cannot be read", e);
    }
  }

  private static String processorName() {
    if (Files.isReadable(INFO)) {
      try (Stream<String> lines = Files.lines(INFO)) {
        String name = lines.filter(line -> line.startsWith("model name")).findFirst().orElse("");
        if (name.contains(":")) {
          return name.substring(name.indexOf(':') + 1).strip();
        }
      } catch (IOException e) {
        return System.getProperty("os.arch") + " (" + INFO + ": " + e.getMessage() + ")";
      }
    }
    return System.getProperty("os.arch");
  }
}
