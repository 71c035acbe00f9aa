package dev.adjoint.nn.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The bar, which draws with a newer terminal library than it was built with. */
class ProgressTest {
  /** In a process of its own, whose error output can be read. */
  static void main() {
    try (Progress progress = Progress.shown("epoch 1", 4)) {
      for (int step = 0; step < 4; step++) {
        progress.step(0.25);
      }
    }
  }

  @Test
  void showsStepsAndLoss() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ProgressTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String drawn = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(drawn).isZero();
    assertThat(drawn).contains("epoch 1", "100%", "4/4", "loss 0.2500");
  }
}
