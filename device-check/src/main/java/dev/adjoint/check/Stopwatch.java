package dev.adjoint.check;

import dev.adjoint.Device;

/** Times actions of a device, each started many times before it is waited for, as a program would. */
final class Stopwatch {
  /** How long one thing is measured, in seconds; the JVM needs most of it to compile what is measured. */
  private static final double LONG = 2.5;

  private static final double BATCH = 0.05;
  private static final int MOST = 2000;

  private final Device device;

  Stopwatch(Device device) {
    this.device = device;
  }

  /** The seconds of one run, when it is repeated. */
  double seconds(Runnable action) {
    double best = batch(action, 1);
    for (double spent = 0; spent < LONG; ) {
      int repeats = repeats(best);
      double time = batch(action, repeats);
      spent += time * repeats;
      best = Math.min(best, time);
    }
    return best;
  }

  private static int repeats(double seconds) {
    return Math.clamp((long) (BATCH / seconds), 1, MOST);
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
