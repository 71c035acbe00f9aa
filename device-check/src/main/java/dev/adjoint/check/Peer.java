package dev.adjoint.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process that measures something and writes {@link Lines}. */
final class Peer {
  /** The status of one that lacks what it is to measure. */
  private static final int MISSING = 3;

  private Peer() {}

  /**
   * Runs a process, which gets the seconds that it has as its last argument, and ends it when they are over and a few more.
   *
   * @param who what to call it when it is left out or fails
   */
  static void run(String who, ProcessBuilder command, Deadline deadline, Results results) {
    if (deadline.isOver()) {
      results.leftOut(who + ": all of it");
      return;
    }
    double seconds = deadline.left();
    var words = new ArrayList<>(command.command());
    words.add(Double.toString(seconds));
    Process process;
    try {
      process = command.command(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      results.leftOut(who + ": " + e.getMessage());
      return;
    }
    long grace = Math.round((seconds + Math.min(10, seconds / 10)) * 1e3);
    var late = new AtomicBoolean();
    CompletableFuture<Void> watch =
        CompletableFuture.runAsync(
            () -> {
              late.set(process.isAlive());
              end(process);
            },
            CompletableFuture.delayedExecutor(grace, TimeUnit.MILLISECONDS));
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Lines.read(line, results);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int status = process.onExit().join().exitValue();
    watch.cancel(false);
    if (late.get()) {
      results.leftOut(who + ": what it had not done when its time was over");
    } else if (status == MISSING) {
      results.leftOut(who + ": it is not here");
    } else if (status != 0) {
      results.problem(who + ": the process ended with status " + status);
    }
  }

  /** Ends a process and those that it has started. */
  private static void end(Process process) {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
