package dev.adjoint.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes vector loops fast before they are used: one thread in the background runs those of many kernels in turn, on small
 * memory of its own, until the JVM's second compiler has them. It sleeps while it waits for the compiler.
 */
final class WarmUp implements Runnable {
  private static final long PAUSE_NANOS = 1_000_000;
  private static final long LONGEST_PAUSE_NANOS = 32_000_000;
  private static final LinkedBlockingQueue<TieredCode> REQUESTS = new LinkedBlockingQueue<>();
  private static boolean started;

  private WarmUp() {}

  /** Asks for a kernel's vector loops. */
  static void request(TieredCode code) {
    REQUESTS.add(code);
    start();
  }

  private static synchronized void start() {
    if (!started) {
      started = true;
      Thread thread = new Thread(null, new WarmUp(), "adjoint-warm-up", 0, false);
      thread.setDaemon(true);
      thread.setPriority(Thread.MIN_PRIORITY);
      thread.start();
    }
  }

  @Override
  public void run() {
    VectorClasses.load();
    List<WarmUpJob> jobs = new ArrayList<>();
    long pause = PAUSE_NANOS;
    while (true) {
      try {
        TieredCode request = jobs.isEmpty() ? REQUESTS.take() : REQUESTS.poll();
        for (; request != null; request = REQUESTS.poll()) {
          jobs.add(new WarmUpJob(request));
        }
      } catch (InterruptedException e) {
        return;
      }
      boolean progress = jobs.removeIf(job -> !step(job));
      if (progress || !jobs.stream().allMatch(WarmUpJob::isWaiting)) {
        pause = PAUSE_NANOS;
      } else {
        LockSupport.parkNanos(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
      }
    }
  }

  /** Lets a job run for a while; returns whether there is more to do. */
  private static boolean step(WarmUpJob job) {
    try {
      return job.step();
    } catch (RuntimeException | LinkageError e) {
      System.getLogger("dev.adjoint")
          .log(System.Logger.Level.WARNING, "cpu: " + job + " keeps its plain loops, its vector loops fail", e);
      return false;
    }
  }
}
