package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The check as a process, on devices that every machine has: within its time, stopped, and without what it needs. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class DeviceCheckTest {
  @TempDir Path folder;

  private Path json() {
    return folder.resolve("r.json");
  }

  private Process start(String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "--class-path",
                System.getProperty("java.class.path"),
                DeviceCheck.class.getName(),
                "--json",
                json().toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  /** Runs a check to its end and returns its status. */
  private int check(String... arguments) throws IOException, InterruptedException {
    return start(arguments).waitFor();
  }

  /** The results, which are JSON. */
  private String results() throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json().toFile())) {
      while (parser.nextToken() != null) {}
    }
    return Files.readString(json());
  }

  private void mustHave(String... texts) throws IOException {
    String results = results();
    for (String text : texts) {
      assertTrue(results.contains(text), () -> text + " is not in " + results);
    }
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  @Test
  void aSampleComesFirstAndTheRestIsCheckedAsWell() throws Exception {
    int status =
        check(
            "--device", "cpu", "--minutes", "4", "--shard", "7/150", "smoke", "sample", "contract");
    assertEquals(0, status, () -> "see " + folder);
    mustHave(
        "\"smoke\" : \"ended after",
        "\"sample\" : \"ended after",
        "\"contract\" : \"ended after",
        "\"what\" : \"loss after 100 steps\"",
        "\"what\" : \"contract, passed\"",
        "\"leftOut\" : [ ]",
        "\"problems\" : [ ]");
    assertTrue(out().contains("  rest  contract  the rest of the contract"), out());
    assertTrue(out().contains("contract, passed [tests]"), out());
  }

  @Test
  void figuresAreMeasuredUntilTheirTimeIsOver() throws Exception {
    assertEquals(0, check("--device", "cpu", "--minutes", "0.5", "figures"));
    mustHave("\"what\" : \"y = x\"", "\"leftOut\" : [ \"cpu: ", "rfft of rows 1024 x 1024");
  }

  @Test
  void theEmulatedCudaDeviceIsCheckedAsARealOneWouldBe() throws Exception {
    Assumptions.assumeTrue(
        Boolean.getBoolean("adjoint.ci")
            || new ProcessBuilder("sh", "-c", "command -v g++ >/dev/null").start().waitFor() == 0,
        "no g++, which builds the emulated CUDA driver");
    int status =
        check(
            "--device", "cuda-emulated:0", "--minutes", "2", "--shard", "9/900", "smoke", "sample");
    assertEquals(0, status, () -> "see " + folder);
    mustHave("\"who\" : \"cuda-emulated:0\"", "\"what\" : \"first result\"", "\"problems\" : [ ]");
  }

  @Test
  void aCheckThatIsKilledLeavesWhatItHas() throws Exception {
    Process check = start("--device", "cpu", "--minutes", "4", "smoke", "contract");
    try {
      while (check.isAlive() && !(Files.exists(json()) && results().contains("contract, passed"))) {
        Thread.sleep(50);
      }
      assertTrue(check.isAlive(), "it ended by itself");
    } finally {
      check.destroyForcibly().waitFor();
    }
    mustHave(
        "\"what\" : \"first result\"",
        "\"smoke\" : \"ended after",
        "\"contract\" : \"begun\"",
        "\"what\" : \"contract, passed\"");
  }

  @Test
  void aCheckThatDoesNotEndInTimeIsEnded() throws Exception {
    assertEquals(1, check("--device", "cpu", "--minutes", "0.02"));
    mustHave("\"problems\" : [ \"the time was over, and the check did not end\" ]");
    assertTrue(out().contains("PROBLEM the time was over, and the check did not end"), out());
  }

  /** What a check in this process writes to the error stream. */
  private static String errors(String... arguments) throws InterruptedException {
    PrintStream before = System.err;
    var errors = new ByteArrayOutputStream();
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      assertEquals(2, DeviceCheck.run(arguments));
    } finally {
      System.setErr(before);
    }
    return errors.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aDeviceThatIsMissingIsOneClearError() throws Exception {
    String text = errors("--device", "cuda:77");
    assertTrue(
        text.startsWith("device-check: device: no device 'cuda:77' can be used; there are [cpu"),
        text);
    assertEquals(1, text.lines().count(), text);
  }

  @Test
  void aFileThatCannotBeWrittenIsOneClearError() throws Exception {
    String text = errors("--device", "cpu", "--json", folder.resolve("missing/r.json").toString());
    assertTrue(text.startsWith("device-check: cannot write the results: "), text);
  }
}
