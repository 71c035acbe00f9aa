package dev.adjoint.cuda;

import java.util.ArrayList;
import java.util.List;

/** What has to be given back, in reverse order, unless all goes well. */
final class Undo implements AutoCloseable {
  private final List<Runnable> steps = new ArrayList<>();

  /** Adds how to give back what was just taken. */
  void add(Runnable step) {
    steps.add(step);
  }

  /** Keeps everything. */
  void keep() {
    steps.clear();
  }

  @Override
  public void close() {
    for (Runnable step : steps.reversed()) {
      try {
        step.run();
      } catch (CudaException e) {
        // The error that led here says more, and after it a driver may refuse everything.
      }
    }
  }
}
