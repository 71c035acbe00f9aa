package dev.adjoint.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cache that cannot be written says; in a process of its own, as the level of debugging is that of a process. */
class UnwritableCacheTest {
  /** Puts two binaries into the folder of its argument. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) {
      var cache = new BinaryCache(Path.of(arguments[0]));
      cache.put("first", new byte[10]);
      cache.put("second", new byte[10]);
    }
  }

  private static List<String> output(int level, Path folder)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dadjoint.debug=" + level,
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    List<String> lines = process.inputReader().readAllLines();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    return lines;
  }

  @Test
  void theReasonIsToldOnceFromLevelOneOn(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    assertThat(output(0, file)).isEmpty();
    assertThat(output(1, file))
        .singleElement()
        .asString()
        .startsWith("adjoint: compiled kernels are not kept for the next start: ")
        .contains("FileAlreadyExistsException", file.toString());
    assertThat(output(1, folder.resolve("new"))).isEmpty();
  }
}
