package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes that measure something. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PeerTest {
  private final Noted results = new Noted();

  private void run(double seconds, String script) {
    Peer.run("peer", new ProcessBuilder("sh", "-c", script, "peer"), Deadline.in(seconds), results);
  }

  @Test
  void itsLinesAreResults() {
    run(
        60,
        "printf 'torch\\tsum\\t12.5\\tGB/s\\n'; echo 'some words';"
            + " printf 'left out\\tall else\\nproblem\\tit is wrong\\n'");
    assertEquals(List.of(new Measurement("torch", "sum", 12.5, "GB/s")), results.measurements);
    assertEquals(List.of("all else"), results.leftOut);
    assertEquals(List.of("it is wrong"), results.problems);
  }

  @Test
  void itKnowsHowLongItMayTake() {
    run(60, "printf 'peer\\ttime\\t%s\\ts\\n' \"$1\"");
    double seconds = results.measurements.getFirst().value();
    assertTrue(seconds > 0 && seconds <= 60, () -> seconds + " s");
  }

  @Test
  void oneThatHangsIsEndedWithWhatItHasStarted() {
    run(1, "printf 'torch\\tsum\\t12.5\\tGB/s\\n'; sleep 1000; sleep 1000");
    assertEquals(List.of("sum"), results.names());
    assertEquals(List.of("peer: what it had not done when its time was over"), results.leftOut);
    assertEquals(List.of(), results.problems);
  }

  @Test
  void oneThatIsMissingIsLeftOut() {
    run(60, "exit 3");
    Peer.run("none", new ProcessBuilder("no-such-program"), Deadline.in(60), results);
    assertEquals("peer: it is not here", results.leftOut.getFirst());
    assertTrue(results.leftOut.getLast().startsWith("none: "), results.leftOut.getLast());
    assertEquals(List.of(), results.problems);
  }

  @Test
  void oneThatFailsIsAProblem() {
    run(60, "exit 4");
    assertEquals(List.of("peer: the process ended with status 4"), results.problems);
  }

  @Test
  void aDeviceIsMeasuredInAProcessOfItsOwn() {
    Peer.run("cpu own", OwnProducts.process(Device.cpu()), Deadline.in(10), results);
    assertEquals(List.of(), results.problems);
    assertEquals("f32 product 512", results.names().getFirst());
    assertEquals("cpu own", results.measurements.getFirst().who());
  }
}
