package dev.adjoint.cpu.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {
  @Test
  void everyIndexRunsOnce() {
    for (int size = 1; size <= 4; size++) {
      try (var workers = new Workers(size)) {
        assertEquals(size, workers.size());
        for (int count = 0; count < 200; count++) {
          var runs = new AtomicIntegerArray(Math.max(1, count));
          workers.run(count, runs::incrementAndGet);
          for (int i = 0; i < count; i++) {
            assertEquals(1, runs.get(i), "index " + i + " of " + count);
          }
        }
      }
    }
  }

  @Test
  void theTeamWorksTogether() {
    try (var workers = new Workers(3)) {
      // Each task waits for all, so they can only end if three threads run them at once, also after
      // a sleep.
      for (int round = 0; round < 3; round++) {
        var all = new CountDownLatch(3);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        workers.run(
            3,
            i -> {
              threads.add(Thread.currentThread());
              all.countDown();
              await(all);
            });
        assertEquals(3, threads.size());
        await(10);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theResultsOfTasksAreVisible() {
    try (var workers = new Workers(2)) {
      int[] values = new int[1000];
      for (int round = 1; round <= 500; round++) {
        workers.run(values.length, i -> values[i]++);
        for (int value : values) {
          assertEquals(round, value);
        }
      }
    }
  }

  @Test
  void theFirstExceptionIsThrownAndTheTeamGoesOn() {
    try (var workers = new Workers(2)) {
      for (int round = 0; round < 100; round++) {
        var thrown = new IllegalArgumentException("task");
        var started = new AtomicInteger();
        var caught =
            assertThrows(
                IllegalArgumentException.class,
                () ->
                    workers.run(
                        1000,
                        i -> {
                          started.incrementAndGet();
                          if (i == 3) {
                            throw thrown;
                          }
                        }));
        assertSame(thrown, caught);
        assertTrue(started.get() >= 1);
        var sum = new AtomicInteger();
        workers.run(100, sum::addAndGet);
        assertEquals(4950, sum.get());
      }
    }
  }

  @Test
  void anErrorOfEveryTaskIsThrownOnce() {
    try (var workers = new Workers(4)) {
      for (int round = 0; round < 200; round++) {
        assertThrows(
            StackOverflowError.class,
            () ->
                workers.run(
                    50,
                    i -> {
                      throw new StackOverflowError();
                    }));
      }
    }
  }

  @Test
  void aCallInsideATaskRunsOnItsThread() {
    try (var workers = new Workers(2)) {
      var inner = new AtomicInteger();
      workers.run(
          8,
          i -> {
            Thread outer = Thread.currentThread();
            workers.run(
                8,
                j -> {
                  assertSame(outer, Thread.currentThread());
                  inner.incrementAndGet();
                });
          });
      assertEquals(64, inner.get());
    }
  }

  @Test
  void manyCallersAtOnce() throws InterruptedException {
    try (var workers = new Workers(2)) {
      var failure = new AtomicReference<Throwable>();
      List<Thread> callers = new ArrayList<>();
      for (int c = 0; c < 4; c++) {
        callers.add(
            Thread.ofPlatform()
                .uncaughtExceptionHandler((thread, e) -> failure.set(e))
                .start(
                    () -> {
                      for (int round = 0; round < 2000; round++) {
                        var sum = new AtomicInteger();
                        workers.run(20, sum::addAndGet);
                        assertEquals(190, sum.get());
                      }
                    }));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertEquals(null, failure.get());
    }
  }

  @Test
  void anInterruptSurvivesTheLoop() {
    try (var workers = new Workers(2)) {
      Thread.currentThread().interrupt();
      workers.run(
          2,
          i -> {
            long end = System.nanoTime() + 2_000_000;
            while (System.nanoTime() < end) {
              Thread.onSpinWait();
            }
          });
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void aTeamOfNobodyIsAnError() {
    assertThrows(IllegalArgumentException.class, () -> new Workers(0));
  }
}
