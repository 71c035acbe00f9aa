package dev.adjoint.cpu.memory;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The names of machine code for tools. With {@code ADJOINT_PERF=map} in the environment, or the property {@code adjoint.perf},
 * each code adds a line of address, size and name to {@code /tmp/perf-<pid>.map}, where perf looks for it, or elsewhere than on
 * Linux to that file in the folder for temporary files. It also tells which kernel a crash report is about: that of the last line
 * whose range holds the report's pc, as memory of code that is gone is used again.
 */
final class PerfMap {
  private static final boolean ON = on();
  private static boolean begun;

  private PerfMap() {}

  private static boolean on() {
    String text = System.getProperty("adjoint.perf", System.getenv("ADJOINT_PERF"));
    return switch (text == null ? "off" : text.strip()) {
      case "map" -> true;
      case "off", "" -> false;
      default ->
          throw new IllegalArgumentException(
              "ADJOINT_PERF: map or off is needed, not '" + text + "'");
    };
  }

  private static String folder() {
    boolean linux = System.getProperty("os.name", "").startsWith("Linux");
    return linux ? "/tmp" : System.getProperty("java.io.tmpdir");
  }

  /** Whether there is a map. Then code must lie in memory that belongs to no file: perf looks up no names for other. */
  static boolean isOn() {
    return ON;
  }

  /** Adds a line for code that has been written. */
  static synchronized void add(long address, int bytes, String name) {
    if (!ON) {
      return;
    }
    Path file = Path.of(folder(), "perf-" + ProcessHandle.current().pid() + ".map");
    try {
      String line = Long.toHexString(address) + " " + Integer.toHexString(bytes) + " " + name;
      Files.writeString(file, line + "\n", CREATE, begun ? APPEND : TRUNCATE_EXISTING, WRITE);
      begun = true;
    } catch (IOException e) {
      throw new UncheckedIOException("ADJOINT_PERF=map: cannot write " + file, e);
    }
  }
}
