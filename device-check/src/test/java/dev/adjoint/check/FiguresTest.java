package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order and the limits of what is measured. */
class FiguresTest {
  private final Noted results = new Noted();
  private final Figures figures = new Figures(Device.cpu());

  @Test
  void oneThatFailsDoesNotHideTheOthers() {
    figures.add("first", "us", () -> 1);
    figures.add("broken", "us", () -> Integer.parseInt("x"));
    figures.add("slow", "us", () -> Double.NaN);
    figures.add("last", "us", () -> 2);
    figures.measure("cpu", Deadline.in(60), results);
    assertEquals(
        List.of(new Measurement("cpu", "first", 1, "us"), new Measurement("cpu", "last", 2, "us")),
        results.measurements);
    assertEquals(
        List.of("cpu: broken: java.lang.NumberFormatException: For input string: \"x\""),
        results.problems);
    assertEquals(List.of("cpu: slow: it would take too long"), results.leftOut);
  }

  @Test
  void whatTheTimeDoesNotSufficeForIsTold() {
    var end = Deadline.in(0.2);
    figures.add("a", "us", () -> 1);
    figures.add(
        "b",
        "us",
        () -> {
          while (!end.isOver()) {
            Thread.onSpinWait();
          }
          return 2;
        });
    figures.add("c", "us", () -> 3);
    figures.add("d", "us", () -> 4);
    figures.measure("cpu", end, results);
    assertEquals(List.of("a", "b"), results.names());
    assertEquals(List.of("cpu: c; d"), results.leftOut);
  }

  /** A run that is as long as that is measured once. */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void oneRunMayTakeAllOfTheTime() {
    int[] runs = {0};
    var stopwatch = new Stopwatch(Device.cpu());
    stopwatch.budget(0.001);
    double seconds =
        stopwatch.seconds(
            () -> {
              runs[0]++;
              var end = Deadline.in(3);
              while (!end.isOver()) {
                Thread.onSpinWait();
              }
            });
    assertEquals(1, runs[0]);
    assertTrue(seconds >= 2.9, () -> seconds + " s");
  }

  /** The names are what the script of PyTorch must use, too, so none is there twice. */
  @Test
  void eachHasANameOfItsOwn() {
    var over = Deadline.in(-1);
    Figures.all(Device.cpu()).measure("cpu", over, results);
    List<String> names =
        List.of(results.leftOut.getFirst().substring("cpu: ".length()).split("; "));
    assertEquals(names.size(), new HashSet<>(names).size());
    for (String wanted :
        List.of(
            "x = relu(x * y + z)",
            "f32 product 4096",
            "product 512 of f16 tensors",
            "MLP 784-512-256-10 step, batch 128, host",
            "conv2d 3x3, 64 to 64, 32 x 56 x 56, both ways",
            "causal attention 4 x 8 x 1024 x 64")) {
      assertTrue(names.contains(wanted), () -> wanted + " is not among " + names);
    }
  }
}
