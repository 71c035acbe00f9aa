package dev.adjoint.cpu.plain;

import dev.adjoint.cpu.work.Cold;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes vector loops fast before they are used: one thread in the background runs those of many kernels in turn, on
 * small memory of its own, until the JVM's second compiler has them. It sleeps while it waits for the compiler.
 */
final class WarmUp implements Runnable {
  private static final long PAUSE_NANOS = 1_000_000;
  private static final long LONGEST_PAUSE_NANOS = 32_000_000;
  private static final LinkedBlockingQueue<TieredCode> REQUESTS = new LinkedBlockingQueue<>();
  private static boolean started;

  private WarmUp() {}

  /** Asks for a kernel's vector loops. */
  static void request(TieredCode code) {
    Cold.begin();
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
          add(request, jobs);
        }
      } catch (InterruptedException e) {
        return;
      }
      if (advance(jobs)) {
        pause = PAUSE_NANOS;
      } else {
        LockSupport.parkNanos(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
      }
    }
  }

  /**
   * Lets the first job go on that needs runs, and those before it, which wait for the compiler, look whether it is done. One at
   * a time, because a compiler with a long queue raises its thresholds, and because slow runs take the processor from it.
   *
   * @return whether anything was done
   */
  private static boolean advance(List<WarmUpJob> jobs) {
    boolean done = false;
    for (Iterator<WarmUpJob> i = jobs.iterator(); i.hasNext(); ) {
      WarmUpJob job = i.next();
      boolean waits = job.isWaiting();
      boolean more;
      synchronized (Cold.class) {
        more = step(job);
      }
      if (!more) {
        i.remove();
      }
      done |= !more || !waits;
      if (!waits) {
        break;
      }
    }
    return done;
  }

  private static void add(TieredCode request, List<WarmUpJob> jobs) {
    try {
      jobs.add(new WarmUpJob(request));
    } catch (RuntimeException | LinkageError e) {
      giveUp(request.shape().kernel().name(), e);
    }
  }

  /** Lets a job run for a while; returns whether there is more to do. */
  private static boolean step(WarmUpJob job) {
    try {
      if (job.step()) {
        return true;
      }
      Cold.end();
    } catch (RuntimeException | LinkageError e) {
      giveUp(job.toString(), e);
    }
    return false;
  }

  private static void giveUp(String kernel, Throwable cause) {
    Cold.end();
    System.getLogger("dev.adjoint")
        .log(
            System.Logger.Level.WARNING,
            "cpu: " + kernel + " stays slow, its vector loops fail",
            cause);
  }
}
