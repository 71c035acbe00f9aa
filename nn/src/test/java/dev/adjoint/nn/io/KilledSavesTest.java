package dev.adjoint.nn.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that save one file after the other are killed at any time: the file is always the last one that was saved, or the
 * next one. With {@code -Dadjoint.test.kills=200} there are more of them.
 */
class KilledSavesTest {
  private static final int KILLS = Integer.getInteger("adjoint.test.kills", 10);
  private static final int MOST_KILLS = 100;
  private static final int ELEMENTS = 1 << 20;
  private static final int MOST_MILLISECONDS = 100;

  @TempDir Path folder;

  /** Saves tensors of a number, the next number, and so on, and prints each when it is saved. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    for (int number = Integer.parseInt(args[1]); ; number++) {
      save(file, number);
      System.out.println(number);
    }
  }

  private static void save(Path file, int number) throws IOException {
    float[] elements = new float[ELEMENTS];
    Arrays.fill(elements, number);
    Tensor first = Tensors.of(elements);
    Tensor second = Tensors.of(elements, 1024, ELEMENTS / 1024);
    new SafeTensors(
            Map.of("first", first, "second", second), Map.of("number", Integer.toString(number)))
        .save(file);
  }

  /** Kills a process after a time that begins when it has saved once; gives the last number that it has printed. */
  private static int killed(Path file, int number, int milliseconds)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledSavesTest.class.getName(),
                file.toString(),
                Integer.toString(number))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int last = 0;
    try (BufferedReader printed = process.inputReader()) {
      last = Integer.parseInt(printed.readLine());
      TimeUnit.MILLISECONDS.sleep(milliseconds);
      // Not by the process itself, which would close its output.
      process.toHandle().destroyForcibly();
      for (String line = printed.readLine(); line != null; line = printed.readLine()) {
        last = Integer.parseInt(line);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return last;
  }

  private static int saved(Path file) throws IOException {
    SafeTensors found = SafeTensors.load(file);
    int number = Integer.parseInt(found.metadata().get("number"));
    assertThat(found.tensors().keySet()).containsExactlyInAnyOrder("first", "second");
    for (Tensor tensor : found.tensors().values()) {
      assertThat(tensor.eq(number).all().item()).isEqualTo(1);
    }
    return number;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theFileIsTheOldOneOrTheNewOne() throws IOException, InterruptedException {
    Path file = folder.resolve("model.safetensors");
    var random = new Random(8);
    int left = 0;
    // Some are killed between two files: there are more until one has left something.
    for (int i = 0; i < KILLS || (left == 0 && i < MOST_KILLS); i++) {
      int last = killed(file, 100_000 + 1000 * i, random.nextInt(MOST_MILLISECONDS));
      int number = saved(file);
      assertThat(number).isBetween(last, last + 1);
      left += names().size() > 1 ? 1 : 0;
      save(file, number + 1);
      assertThat(saved(file)).isEqualTo(number + 1);
      assertThat(names()).containsExactly("model.safetensors");
    }
    assertThat(left).as("processes that were killed while they wrote").isPositive();
  }
}
