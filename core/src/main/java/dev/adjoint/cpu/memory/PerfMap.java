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
 * each code adds a line of address, size and name to {@code /tmp/perf-<pid>.map}, where perf looks for it. It also tells which
 * kernel a crash report is about: the last line whose range holds the report's pc. Memory of code that is gone is used again.
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

  static synchronized void add(long address, int bytes, String name) {
    if (!ON) {
      return;
    }
    Path file = Path.of("/tmp", "perf-" + ProcessHandle.current().pid() + ".map");
    try {
      String line = Long.toHexString(address) + " " + Integer.toHexString(bytes) + " " + name;
      Files.writeString(file, line + "\n", CREATE, begun ? APPEND : TRUNCATE_EXISTING, WRITE);
      begun = true;
    } catch (IOException e) {
      throw new UncheckedIOException("ADJOINT_PERF=map: cannot write " + file, e);
    }
  }
}
