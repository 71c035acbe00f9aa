package dev.adjoint.cpu.memory;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How much memory the CPU device may take: {@code -Dadjoint.cpu.memory}, else what the machine or the container has. */
final class MemoryLimit {
  private static final long BYTES = find();

  /** What all tensors may take where native access is forbidden, if not told: it is filled with zeros at once. */
  private static final long BLOCK = 1L << 30;

  private MemoryLimit() {}

  /** The limit where native access is allowed. */
  static long bytes() {
    return BYTES;
  }

  /** The limit where native access is forbidden: a power of two. A JVM gives out as much memory as its heap may have. */
  static long block() {
    boolean told = System.getProperty("adjoint.cpu.memory") != null;
    return Long.highestOneBit(told ? BYTES : Math.min(BLOCK, Runtime.getRuntime().maxMemory() / 2));
  }

  private static long find() {
    String text = System.getProperty("adjoint.cpu.memory");
    if (text == null) {
      return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
    try {
      long bytes = Long.parseLong(text.strip());
      if (bytes > 0) {
        return bytes;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "cpu: adjoint.cpu.memory must be a number of bytes, not '" + text + "'", e);
    }
    throw new IllegalArgumentException(
        "cpu: adjoint.cpu.memory must be a positive number of bytes, not " + text);
  }
}
