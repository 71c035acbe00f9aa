package dev.adjoint.device;

import java.util.ArrayList;
import java.util.List;

/**
 * What a backend has taken so far and gives back, in reverse order, unless it gets through.
 *
 * <pre>{@code
 * try (var undo = new Undo()) {
 *   queue = driver.createQueue();
 *   undo.add(() -> driver.release(queue));
 *   memory = driver.allocate(4);
 *   undo.keep();
 * }
 * }</pre>
 */
public final class Undo implements AutoCloseable {
  private final List<Runnable> steps = new ArrayList<>();

  /** Nothing is taken yet. */
  public Undo() {}

  /** Adds how to give back what was just taken. */
  public void add(Runnable step) {
    steps.add(step);
  }

  /** Keeps everything. */
  public void keep() {
    steps.clear();
  }

  /** Gives back what is not kept; one step that fails keeps no other from being done. */
  @Override
  public void close() {
    for (Runnable step : steps.reversed()) {
      try {
        step.run();
      } catch (RuntimeException e) {
        // The error that led here says more, and after it a driver may refuse everything.
      }
    }
  }
}
