package dev.adjoint.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DataLoaderTest {
  private static TensorDataset numbers(int n) {
    float[] x = new float[2 * n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = i;
      x[2 * i + 1] = -i;
    }
    return new TensorDataset(Tensors.of(x, n, 2), Tensors.of(Permutations.identity(n)));
  }

  private static List<Integer> epoch(DataLoader loader) {
    List<Integer> seen = new ArrayList<>();
    for (Batch batch : loader) {
      int[] y = batch.y().toInts();
      float[] x = batch.x().toFloats();
      for (int i = 0; i < y.length; i++) {
        assertEquals(y[i], x[2 * i]);
        assertEquals(-y[i], x[2 * i + 1]);
        seen.add(y[i]);
      }
    }
    return seen;
  }

  private static List<Integer> upTo(int n) {
    return Arrays.stream(Permutations.identity(n)).boxed().toList();
  }

  @Test
  void givesTheSamplesInOrder() {
    var loader = new DataLoader(numbers(10), 4);
    assertEquals(upTo(10), epoch(loader));
    assertEquals(3, loader.batches());
    List<Integer> sizes = new ArrayList<>();
    loader.forEach(batch -> sizes.add(batch.size()));
    assertEquals(List.of(4, 4, 2), sizes);
  }

  @Test
  void shuffledEpochsHoldEachSampleOnceInANewOrder() {
    for (int prefetch : new int[] {0, 1, 3, 100}) {
      DataLoader loader = new DataLoader(numbers(37), 5).shuffle(8).prefetch(prefetch);
      List<Integer> first = epoch(loader);
      List<Integer> second = epoch(loader);
      assertFalse(first.equals(second));
      assertEquals(upTo(37), first.stream().sorted().toList());
      assertEquals(upTo(37), second.stream().sorted().toList());
      DataLoader again = new DataLoader(numbers(37), 5).shuffle(8);
      assertEquals(first, epoch(again));
      assertEquals(second, epoch(again));
      assertFalse(first.equals(epoch(new DataLoader(numbers(37), 5).shuffle(9))));
    }
  }

  @Test
  void canLeaveOutTheLastSmallBatch() {
    DataLoader loader = new DataLoader(numbers(10), 4).dropLast();
    assertEquals(2, loader.batches());
    assertEquals(upTo(8), epoch(loader));
    assertEquals(5, new DataLoader(numbers(10), 2).dropLast().batches());
  }

  @Test
  void endsWithAnError() {
    Iterator<Batch> batches = new DataLoader(numbers(2), 2).iterator();
    batches.next();
    assertFalse(batches.hasNext());
    assertThrows(NoSuchElementException.class, batches::next);
  }

  @Test
  void resumesAnywhere() {
    DataLoader whole = new DataLoader(numbers(23), 4).shuffle(1);
    List<List<Integer>> expected = List.of(epoch(whole), epoch(whole), epoch(whole));
    assertEquals(new DataLoader.State(3, 0), whole.state());

    DataLoader first = new DataLoader(numbers(23), 4).shuffle(1);
    assertEquals(new DataLoader.State(0, 0), first.state());
    epoch(first);
    assertEquals(new DataLoader.State(1, 0), first.state());
    Iterator<Batch> second = first.iterator();
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Arrays.stream(second.next().y().toInts()).forEach(seen::add);
    }
    assertEquals(new DataLoader.State(1, 2), first.state());

    DataLoader resumed = new DataLoader(numbers(23), 4).shuffle(1).prefetch(2);
    resumed.resume(first.state());
    assertEquals(first.state(), resumed.state());
    seen.addAll(epoch(resumed));
    assertEquals(expected.get(1), seen);
    assertEquals(expected.get(2), epoch(resumed));
    assertThrows(IllegalArgumentException.class, () -> resumed.resume(new DataLoader.State(0, 6)));
    assertThrows(IllegalArgumentException.class, () -> resumed.resume(new DataLoader.State(-1, 0)));
  }

  /** Notes which threads make batches, and can hold them up. */
  private static final class Watched implements Dataset {
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    final AtomicInteger made = new AtomicInteger();
    final CountDownLatch free;

    Watched(CountDownLatch free) {
      this.free = free;
    }

    @Override
    public int size() {
      return 100;
    }

    @Override
    public Batch batch(int[] indices) {
      threads.add(Thread.currentThread());
      if (indices[0] > 0) {
        try {
          free.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      made.incrementAndGet();
      Tensor y = Tensors.of(indices);
      return new Batch(y, y);
    }
  }

  @Test
  void aLoopThatIsLeftEarlyLeavesNoThreadBehind() throws InterruptedException {
    var free = new CountDownLatch(1);
    var dataset = new Watched(free);
    for (Batch batch : new DataLoader(dataset, 1).prefetch(4)) {
      assertEquals(1, batch.size());
      break;
    }
    assertFalse(dataset.threads.contains(Thread.currentThread()));
    free.countDown();
    for (Thread thread : dataset.threads) {
      assertTrue(thread.join(java.time.Duration.ofSeconds(20)), "still running: " + thread);
    }
    assertTrue(dataset.made.get() <= 5, "only what was asked for is made");
  }

  @Test
  void prefetchWorksAhead() throws InterruptedException {
    var free = new CountDownLatch(0);
    var dataset = new Watched(free);
    Iterator<Batch> batches = new DataLoader(dataset, 1).prefetch(3).iterator();
    batches.next();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (dataset.made.get() < 4 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertEquals(4, dataset.made.get());
  }

  @Test
  void prefetchedErrorsAndScopesAreThoseOfTheLoop() {
    var failure = new IllegalStateException("broken image");
    Dataset broken =
        numbers(8)
            .map(
                batch -> {
                  throw failure;
                });
    Iterator<Batch> batches = new DataLoader(broken, 2).prefetch(1).iterator();
    assertSame(failure, assertThrows(IllegalStateException.class, batches::next));

    Dataset typed = numbers(8).map(batch -> new Batch(batch.x().to(Scope.dtype()), batch.y()));
    DType dtype =
        Scope.withDType(
            DType.F64, () -> new DataLoader(typed, 2).prefetch(1).iterator().next().x().dtype());
    assertEquals(DType.F64, dtype);
  }

  @Test
  void aBatchThatFailsStaysTheNextOne() {
    var calls = new AtomicInteger();
    var cause = new IOException("disk");
    Dataset flaky =
        numbers(6)
            .map(
                batch -> {
                  calls.incrementAndGet();
                  if (batch.y().toInts()[0] == 2) {
                    throw new UncheckedIOException("sample 2", cause);
                  }
                  return batch;
                });
    for (int prefetch : new int[] {0, 2}) {
      DataLoader loader = new DataLoader(flaky, 2).prefetch(prefetch);
      Iterator<Batch> batches = loader.iterator();
      batches.next();
      for (int i = 0; i < 2; i++) {
        var e = assertThrows(UncheckedIOException.class, batches::next);
        assertSame(cause, e.getCause());
        assertTrue(batches.hasNext());
        assertEquals(new DataLoader.State(0, 1), loader.state());
      }
    }
    assertTrue(calls.get() >= 5);
  }

  @Test
  void anInterruptedLoopSaysSo() {
    var free = new CountDownLatch(1);
    Iterator<Batch> batches = new DataLoader(new Watched(free), 1).prefetch(1).iterator();
    batches.next();
    Thread.currentThread().interrupt();
    var e = assertThrows(IllegalStateException.class, batches::next);
    assertTrue(Thread.interrupted());
    assertTrue(e.getCause() instanceof InterruptedException);
    free.countDown();
    assertArrayEquals(new int[] {1}, batches.next().y().toInts());
  }

  @Test
  void subsetsAndPreparationsCompose() {
    TensorDataset dataset = numbers(10).prepare(x -> x.mul(2)).prepare(x -> x.add(1)).reshape(1, 2);
    Batch batch = dataset.subset(7, 3).batch(new int[] {1, 0, 1});
    assertArrayEquals(new int[] {3, 7, 3}, batch.y().toInts());
    assertArrayEquals(new int[] {3, 1, 2}, batch.x().shape().dims());
    assertArrayEquals(new float[] {7, -5, 15, -13, 7, -5}, batch.x().toFloats());
  }

  @Test
  void refusesWhatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> new DataLoader(numbers(3), 0));
    assertThrows(IllegalArgumentException.class, () -> new DataLoader(numbers(3), 1).prefetch(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> numbers(3).batch(new int[] {3}));
    assertThrows(IndexOutOfBoundsException.class, () -> numbers(3).batch(new int[] {-1}));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TensorDataset(Tensors.of(new float[6], 3, 2), Tensors.of(new int[2])));
  }

  @Test
  void preparesBatchesInTheThreadThatTakesThem() {
    for (int prefetch : new int[] {0, 2}) {
      List<Long> threads = new ArrayList<>();
      List<Float> first = new ArrayList<>();
      DataLoader loader =
          new DataLoader(numbers(5), 2)
              .prepare(
                  x -> {
                    threads.add(Thread.currentThread().threadId());
                    return x.add(threads.size());
                  })
              .prefetch(prefetch)
              .prepare(x -> x.mul(10));
      for (Batch batch : loader) {
        first.add(batch.x().toFloats()[0]);
        assertEquals(2 * threads.size() - 2, batch.y().toInts()[0]);
      }
      // Of the numbers 0, 2 and 4.
      assertEquals(List.of(10f, 40f, 70f), first);
      assertEquals(Set.of(Thread.currentThread().threadId()), Set.copyOf(threads));
    }
  }
}
