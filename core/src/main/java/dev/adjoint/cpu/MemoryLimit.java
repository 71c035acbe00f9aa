package dev.adjoint.cpu;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How much memory the CPU device may take: {@code -Dadjoint.cpu.memory}, else what the machine or the container has. */
final class MemoryLimit {
  private static final long BYTES = find();

  private MemoryLimit() {}

  /** The limit in bytes. */
  static long bytes() {
    return BYTES;
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
      throw new IllegalArgumentException("cpu: adjoint.cpu.memory must be a number of bytes, not '" + text + "'", e);
    }
    throw new IllegalArgumentException("cpu: adjoint.cpu.memory must be a positive number of bytes, not " + text);
  }
}
