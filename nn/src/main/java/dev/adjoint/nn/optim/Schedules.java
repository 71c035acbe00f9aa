package dev.adjoint.nn.optim;

import java.util.function.IntToDoubleFunction;

/**
 * Factors of the learning rate by the number of the epoch or step, from 0 on; see {@link Scheduler}. A factor is a
 * plain function, so others are a lambda away.
 */
public final class Schedules {
  private Schedules() {}

  /** {@code gamma^(t / every)}, with whole division. */
  public static IntToDoubleFunction step(int every, double gamma) {
    positive("every", every);
    return t -> Math.pow(gamma, t / every);
  }

  /** {@code gamma^t}. */
  public static IntToDoubleFunction exponential(double gamma) {
    return t -> Math.pow(gamma, t);
  }

  /** Half a cosine from 1 at t = 0 to {@code least} at t = length, and {@code least} from then on. */
  public static IntToDoubleFunction cosine(int length, double least) {
    positive("length", length);
    return t -> least + (1 - least) * (1 + Math.cos(Math.PI * Math.min(t, length) / length)) / 2;
  }

  /** A line from 1 at t = 0 to {@code least} at t = length, and {@code least} from then on. */
  public static IntToDoubleFunction linear(int length, double least) {
    positive("length", length);
    return t -> 1 + (least - 1) * Math.min(t, length) / length;
  }

  /** Rises in a line, {@code (t + 1) / length}, for t below length; then follows another schedule from its start. */
  public static IntToDoubleFunction warmup(int length, IntToDoubleFunction then) {
    positive("length", length);
    return t -> t < length ? (t + 1.0) / length : then.applyAsDouble(t - length);
  }

  private static void positive(String what, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("schedule: " + what + " must be positive, not " + value);
    }
  }
}
