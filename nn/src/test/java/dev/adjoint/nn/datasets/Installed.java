package dev.adjoint.nn.datasets;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Assumptions;

/** Lets a test be skipped, with the reason, where data are not on this machine. */
final class Installed {
  private Installed() {}

  /** Reads files. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws IOException;
  }

  /** What is read, or the end of the test if the files are not there. */
  static <T> T require(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (NoSuchFileException e) {
      return Assumptions.abort(e.getMessage());
    }
  }
}
