package dev.adjoint.check;

import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensors;
import java.util.Arrays;

/** Whether a device computes at all, and learns as the CPU does. */
final class Smoke {
  private static final int STEPS = 100;
  private static final double TOLERANCE = 1e-4;
  private static final int N = 64;

  private final double[] expected;

  private Smoke(double[] expected) {
    this.expected = expected;
  }

  /** With the losses that devices must have, computed on the CPU until the time is over. */
  static Smoke expecting(Deadline deadline) {
    return new Smoke(FashionMnist.losses(Device.cpu(), STEPS, deadline));
  }

  /** Tries a device. */
  void run(Device device, Deadline deadline, Results results) {
    long start = System.nanoTime();
    float[] product =
        Scope.on(
            device, () -> Tensors.ones(N, N).matmul(Tensors.full(Shape.of(N, N), 0.5f)).toFloats());
    results.add(
        new Measurement(device.name(), "first result", (System.nanoTime() - start) * 1e-9, "s"));
    must(device, "product", product, N * 0.5f, N * N, results);
    float[] chain =
        Scope.on(device, () -> Tensors.full(Shape.of(N), 3f).mul(2).sub(1).relu().toFloats());
    must(device, "chain", chain, 5, N, results);
    must(device, "sum", sum(device), 3 * N, 1, results);
    training(device, deadline, results);
  }

  private static float[] sum(Device device) {
    return Scope.on(device, () -> Tensors.full(Shape.of(N), 3f).realize().sum().toFloats());
  }

  private static void must(
      Device device, String what, float[] actual, float value, int count, Results results) {
    float[] expected = new float[count];
    Arrays.fill(expected, value);
    if (!Arrays.equals(expected, actual)) {
      results.problem(
          device
              + ": a "
              + what
              + " is wrong: "
              + count
              + " times "
              + value
              + " was expected, and is "
              + Arrays.toString(Arrays.copyOf(actual, Math.min(actual.length, 8))));
    }
  }

  private void training(Device device, Deadline deadline, Results results) {
    double[] losses = FashionMnist.losses(device, expected.length, deadline);
    int steps = losses.length;
    if (steps < STEPS) {
      results.leftOut(device + ": training: " + (STEPS - steps) + " of " + STEPS + " steps");
    }
    if (steps == 0) {
      return;
    }
    double worst = 0;
    for (int i = 0; i < steps; i++) {
      worst = Math.max(worst, Math.abs(losses[i] - expected[i]) / Math.abs(expected[i]));
    }
    double last = losses[steps - 1];
    results.add(new Measurement(device.name(), "loss after " + steps + " steps", last, "nats"));
    results.add(new Measurement(device.name(), "loss against the CPU, worst", worst, "relative"));
    if (!(worst < TOLERANCE) || (steps == STEPS && last > losses[0] / 2)) {
      results.problem(
          device
              + ": the losses of "
              + steps
              + " steps are wrong: from "
              + losses[0]
              + " to "
              + last
              + ", and on the CPU to "
              + expected[steps - 1]);
    }
  }
}
