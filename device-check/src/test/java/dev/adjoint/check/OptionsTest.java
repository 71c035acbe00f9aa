package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a check is asked to do, and when. */
class OptionsTest {
  @Test
  void nothingMeansAllInTenMinutes() {
    int threads = Runtime.getRuntime().availableProcessors();
    assertEquals(
        new Options(List.of(), List.of(Part.values()), 600, null, null, threads, 1, 1),
        Options.of());
  }

  @Test
  void everythingCanBeSaid() {
    assertEquals(
        new Options(
            List.of("cpu", "cuda:0"),
            List.of(Part.SMOKE, Part.CONTRACT),
            90,
            Path.of("r.json"),
            Path.of("t.py"),
            3,
            2,
            5),
        Options.of(
            ("contract --device cpu --device cuda:0 --minutes 1.5 --json r.json --torch t.py"
                    + " --threads 3 --shard 2/5 smoke")
                .split(" ")));
  }

  @ParameterizedTest
  @CsvSource({
    "--minutes ten, --minutes ten: must be a number such as 10",
    "--minutes 0, --minutes 0: must be more than 0",
    "--shard 3/2, --shard 3/2: must be one of 2",
    "--shard 3, '--shard 3: must be K/N, such as 1/4'",
    "--threads 0, --threads 0: must be a number such as 16",
    "speed, 'what is speed? The parts are [smoke, figures, sample, contract]'"
  })
  void wrongArgumentsAreErrors(String arguments, String message) {
    var error =
        assertThrows(IllegalArgumentException.class, () -> Options.of(arguments.split(" ")));
    assertEquals(message, error.getMessage());
  }

  @Test
  void theTableHasThePartsWithTheirTimes() {
    assertEquals(
        """
          1:00  smoke     each device computes, and 100 steps of training have the losses of the CPU
          3:00  figures   how fast it is, beside PyTorch: eager, and torch.compile
          2:00  sample    the contract: of each operation one type, and its gradients
          rest  contract  the rest of the contract
         10:00  at most
        """,
        Part.table(List.of(Part.values()), 600));
  }
}
