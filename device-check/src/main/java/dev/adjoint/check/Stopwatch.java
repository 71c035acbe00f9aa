package dev.adjoint.check;

import dev.adjoint.Device;

/** Times actions of a device. */
final class Stopwatch {
  /** How long one thing is measured, in seconds, unless one run takes longer; the JVM needs most of it to compile it. */
  private static final double LONG = 2.5;

  private static final double BATCH = 0.05;
  private static final int MOST = 2000;
  private static final int LEAST = 3;

  private final Device device;
  private double budget = LONG;

  Stopwatch(Device device) {
    this.device = device;
  }

  /** Sets about how many seconds a measurement takes. */
  void budget(double seconds) {
    budget = Math.min(seconds, LONG);
  }

  /** Runs an action so many times, or until that takes too long. */
  void warmUp(Runnable action, int times) {
    var most = Deadline.in(LONG);
    for (int k = 0; k < times && !most.isOver(); k++) {
      action.run();
    }
  }

  /** The seconds of one run, when it is started many times before it is waited for, as a program would. */
  double seconds(Runnable action) {
    var all = Deadline.in(budget);
    var most = Deadline.in(LONG);
    double best = batch(action, 1);
    for (int k = 1; isWorthwhile(k, all, most); k++) {
      best = Math.min(best, batch(action, Math.clamp((long) (BATCH / best), 1, MOST)));
    }
    return best;
  }

  /** The seconds that a run takes the thread that starts it, when the device has nothing else to do. */
  double hostSeconds(Runnable action) {
    var all = Deadline.in(budget);
    long best = Long.MAX_VALUE;
    var most = Deadline.in(LONG);
    for (int k = 0; k == 0 || isWorthwhile(k, all, most); k++) {
      device.backend().synchronize();
      long start = System.nanoTime();
      action.run();
      best = Math.min(best, System.nanoTime() - start);
    }
    device.backend().synchronize();
    return best * 1e-9;
  }

  /** Whether to go on after so many batches: until the budget is spent, but for a few that do not take too long. */
  private static boolean isWorthwhile(int k, Deadline all, Deadline most) {
    return !all.isOver() || (k < LEAST && !most.isOver());
  }

  /** The seconds of one of several runs that are started before the last is waited for. */
  private double batch(Runnable action, int repeats) {
    long start = System.nanoTime();
    for (int k = 0; k < repeats; k++) {
      action.run();
    }
    device.backend().synchronize();
    return (System.nanoTime() - start) * 1e-9 / repeats;
  }
}
