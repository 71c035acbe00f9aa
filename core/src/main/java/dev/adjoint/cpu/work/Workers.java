package dev.adjoint.cpu.work;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A team of threads for data-parallel loops. The caller is one of them; the others spin for a moment when they run out of
 * work, because the next loop of a training step follows within microseconds, and then sleep.
 */
public final class Workers implements AutoCloseable {
  /** The body of a parallel loop; it is called once for each index, by any thread of the team. */
  @FunctionalInterface
  public interface Task {
    void run(int index);
  }

  /** A team of the caller alone. */
  public static final Workers ALONE = new Workers(1);

  private static final long SPIN_NANOS = 50_000;
  private static final int SPINS_PER_CLOCK = 16;

  private final Member[] members;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile @Nullable Loop current;
  private volatile boolean closed;

  /** A team of {@code size} threads, the caller included. */
  public Workers(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("workers: a team needs at least one thread, not " + size);
    }
    members = new Member[size - 1];
    for (int i = 0; i < members.length; i++) {
      members[i] = new Member("adjoint-worker-" + (i + 1));
    }
    for (Member member : members) {
      member.start();
    }
  }

  /** The team of this process, of {@code -Dadjoint.threads} or {@code ADJOINT_THREADS} or as many threads as processors. */
  public static Workers shared() {
    return Shared.TEAM;
  }

  private static final class Shared {
    static final Workers TEAM = new Workers(configuredSize());

    private static int configuredSize() {
      String text = System.getProperty("adjoint.threads", System.getenv("ADJOINT_THREADS"));
      if (text == null) {
        return Runtime.getRuntime().availableProcessors();
      }
      try {
        int size = Integer.parseInt(text.strip());
        if (size >= 1) {
          return size;
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "workers: the number of threads must be an integer, not '" + text + "'", e);
      }
      throw new IllegalArgumentException(
          "workers: the number of threads must be at least 1, not " + text);
    }
  }

  /** The number of threads, the caller included. */
  public int size() {
    return members.length + 1;
  }

  /**
   * Runs a task for every index from 0 to {@code count - 1} and returns when all are done. The first exception of a task
   * is thrown, and indices that have not started are then left out. A call from inside a task, or while another thread
   * uses the team, runs on the calling thread alone.
   */
  public void run(int count, Task task) {
    int helpers = Math.min(count - 1, members.length);
    if (helpers <= 0 || isMember() || !busy.compareAndSet(false, true)) {
      for (int i = 0; i < count; i++) {
        task.run(i);
      }
      return;
    }
    Loop loop = new Loop(count, task);
    try {
      current = loop;
      for (int i = 0; i < helpers; i++) {
        members[i].wake();
      }
      loop.work();
      loop.await();
    } finally {
      current = null;
      busy.set(false);
    }
    loop.rethrow();
  }

  private static boolean isMember() {
    return Thread.currentThread() instanceof Member;
  }

  /** Ends the threads of this team; a loop that is running is finished first. */
  @Override
  public void close() {
    closed = true;
    for (Member member : members) {
      LockSupport.unpark(member);
    }
  }

  /** One parallel loop. A thread that comes late finds no index left and touches nothing else. */
  private static final class Loop {
    private final int count;
    private final Task task;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread caller = Thread.currentThread();
    private volatile boolean callerSleeps;

    Loop(int count, Task task) {
      this.count = count;
      this.task = task;
    }

    /** Runs indices until there are none left. */
    void work() {
      int finished = 0;
      for (int i = claim(); i < count; i = claim()) {
        finished++;
        try {
          task.run(i);
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
          finished += count - Math.min(count, next.getAndSet(count));
        }
      }
      if (finished > 0 && done.addAndGet(finished) == count && callerSleeps) {
        LockSupport.unpark(caller);
      }
    }

    boolean hasWork() {
      return next.get() < count;
    }

    private int claim() {
      // Reading first keeps the counter from running away when many threads find it at its end.
      return next.get() < count ? next.getAndIncrement() : count;
    }

    /** Waits until every index is done. */
    void await() {
      long end = 0;
      for (int spins = 1; done.get() < count; spins++) {
        Thread.onSpinWait();
        if (spins % SPINS_PER_CLOCK == 0) {
          long now = System.nanoTime();
          if (end == 0) {
            end = now + SPIN_NANOS;
          } else if (now - end > 0) {
            sleep();
          }
        }
      }
    }

    private void sleep() {
      callerSleeps = true;
      boolean interrupted = false;
      while (done.get() < count) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        caller.interrupt();
      }
    }

    void rethrow() {
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException("workers: a task failed", e);
      }
    }
  }

  private final class Member extends Thread {
    private volatile boolean sleeps;

    Member(String name) {
      super(null, null, name, 0, false);
      setDaemon(true);
    }

    void wake() {
      if (sleeps) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      long end = 0;
      for (int spins = 1; !closed; spins++) {
        Loop loop = current;
        if (loop != null && loop.hasWork()) {
          loop.work();
          end = 0;
          continue;
        }
        Thread.onSpinWait();
        if (spins % SPINS_PER_CLOCK == 0) {
          long now = System.nanoTime();
          if (end == 0) {
            end = now + SPIN_NANOS;
          } else if (now - end > 0) {
            sleep();
            end = 0;
          }
        }
      }
    }

    private void sleep() {
      sleeps = true;
      Loop loop = current;
      if (!closed && (loop == null || !loop.hasWork())) {
        LockSupport.park(this);
      }
      sleeps = false;
    }
  }
}
