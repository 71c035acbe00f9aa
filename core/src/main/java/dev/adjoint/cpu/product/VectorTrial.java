package dev.adjoint.cpu.product;

import dev.adjoint.cpu.plain.CompileThreshold;
import dev.adjoint.cpu.plain.VectorUnit;
import dev.adjoint.cpu.work.Cold;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Fixed vector code on its way to being fast. Until the second compiler of the JVM has it, vector code is a thousand times
 * slower than plain loops; so one thread in the background calls it until then, and only then is it used.
 */
final class VectorTrial {
  private static final int CALLS_PER_ROUND = 16;
  private static final int ROUNDS_UNTIL_DUE = CompileThreshold.runs(250);
  private static final int PROBE = 8;
  private static final int QUICK_ROUNDS = 3;
  private static final long READY_NANOS = 15_000;
  private static final long PAUSE_NANOS = 2_000_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final String name;
  private final IntConsumer code;
  private final Runnable use;
  private final long end = System.nanoTime() + PATIENCE_NANOS;
  private int rounds;
  private int quick;

  /**
   * A trial of code.
   *
   * @param name what it is, for a warning
   * @param code does as many small pieces of work as it is told, of some tens of nanoseconds each once it is fast
   * @param use switches to this code
   */
  VectorTrial(String name, IntConsumer code, Runnable use) {
    this.name = name;
    this.code = code;
    this.use = use;
  }

  /** Asks for a trial, if the Vector API can be used at all. */
  static void request(Supplier<VectorTrial> trial) {
    if (VectorUnit.isUsable()) {
      Cold.begin();
      Background.REQUESTS.add(trial);
    }
  }

  private static final class Background {
    static final LinkedBlockingQueue<Supplier<VectorTrial>> REQUESTS = new LinkedBlockingQueue<>();

    static {
      Thread thread = new Thread(null, Background::loop, "adjoint-vector-trial", 0, false);
      thread.setDaemon(true);
      thread.setPriority(Thread.MIN_PRIORITY);
      thread.start();
    }

    private static void loop() {
      List<VectorTrial> trials = new ArrayList<>();
      try {
        while (true) {
          Supplier<VectorTrial> request = trials.isEmpty() ? REQUESTS.take() : REQUESTS.poll();
          for (; request != null; request = REQUESTS.poll()) {
            trials.add(request.get());
          }
          advance(trials);
          if (!trials.isEmpty() && trials.stream().allMatch(VectorTrial::waits)) {
            LockSupport.parkNanos(PAUSE_NANOS);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Lets the first trial go on that needs calls, and those before it, which wait for the compiler, look whether it is done. */
  private static void advance(List<VectorTrial> trials) {
    for (Iterator<VectorTrial> i = trials.iterator(); i.hasNext(); ) {
      VectorTrial trial = i.next();
      if (trial.round()) {
        Cold.end();
        i.remove();
      } else if (!trial.waits()) {
        return;
      }
    }
  }

  /** Whether the compiler has been asked, and more calls would only take the processor from it. */
  private boolean waits() {
    return rounds > ROUNDS_UNTIL_DUE && quick == 0;
  }

  /** Calls the code for a while; returns whether the trial is over. */
  private boolean round() {
    synchronized (Cold.class) {
      return call();
    }
  }

  private boolean call() {
    for (int call = 0; call < CALLS_PER_ROUND; call++) {
      code.accept(1);
    }
    long start = System.nanoTime();
    code.accept(PROBE);
    long now = System.nanoTime();
    rounds++;
    quick = now - start < READY_NANOS ? quick + 1 : 0;
    if (quick == QUICK_ROUNDS) {
      use.run();
      return true;
    }
    if (now - end > 0) {
      System.getLogger("dev.adjoint")
          .log(
              System.Logger.Level.WARNING,
              "cpu: the JVM has not compiled vectors of " + name + "; plain loops stay");
      return true;
    }
    return false;
  }
}
