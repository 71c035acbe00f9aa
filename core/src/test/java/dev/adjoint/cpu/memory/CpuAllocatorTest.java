package dev.adjoint.cpu.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.device.OutOfDeviceMemoryException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CpuAllocatorTest {
  private static final long MIB = 1 << 20;

  @Test
  void blocksAreAlignedAndNeverOverlap() {
    var allocator = new CpuAllocator(() -> 512 * MIB);
    var random = new Random(1);
    var taken = new TreeMap<Long, CpuBuffer>();
    var list = new ArrayList<CpuBuffer>();
    long live = 0;
    for (int step = 0; step < 40_000; step++) {
      if (list.size() < 300 && random.nextInt(5) < 3) {
        long bytes = (long) Math.exp(random.nextDouble() * 14.5);
        CpuBuffer buffer = allocator.allocate(bytes);
        assertEquals(0, buffer.address() % 64);
        assertTrue(buffer.bytes() >= bytes);
        assertEquals(buffer.bytes(), buffer.segment().byteSize());
        Map.Entry<Long, CpuBuffer> below = taken.floorEntry(buffer.address());
        Map.Entry<Long, CpuBuffer> above = taken.higherEntry(buffer.address());
        assertTrue(
            below == null || below.getKey() + below.getValue().bytes() <= buffer.address(),
            "overlap below");
        assertTrue(
            above == null || buffer.address() + buffer.bytes() <= above.getKey(), "overlap above");
        // The memory is there from the first byte to the last.
        buffer.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        buffer.segment().set(ValueLayout.JAVA_BYTE, buffer.bytes() - 1, (byte) 2);
        taken.put(buffer.address(), buffer);
        list.add(buffer);
        live += buffer.bytes();
      } else if (!list.isEmpty()) {
        CpuBuffer buffer = list.remove(random.nextInt(list.size()));
        taken.remove(buffer.address());
        live -= buffer.bytes();
        allocator.free(buffer);
      }
      assertEquals(live, allocator.stats().live());
    }
    list.forEach(allocator::free);
    assertEquals(0, allocator.stats().live());
    long reserved = allocator.stats().reserved();
    CpuBuffer large = allocator.allocate(24 * MIB);
    assertEquals(reserved, allocator.stats().reserved(), "free blocks have not become one again");
    allocator.free(large);
  }

  @Test
  void freedMemoryIsUsedAgain() {
    var allocator = new CpuAllocator(() -> 256 * MIB);
    for (int step = 0; step < 1000; step++) {
      CpuBuffer small = allocator.allocate(100);
      CpuBuffer large = allocator.allocate(5 * MIB);
      allocator.free(large);
      allocator.free(small);
    }
    assertEquals(1, allocator.stats().reservations());
    assertEquals(2000, allocator.stats().allocations());
    assertEquals(128 + 5 * MIB, allocator.stats().peak());
  }

  @Test
  void theLimitHolds() {
    var allocator = new CpuAllocator(() -> 100 * MIB);
    List<CpuBuffer> blocks = new ArrayList<>();
    var error =
        assertThrows(
            OutOfDeviceMemoryException.class,
            () -> {
              while (true) {
                blocks.add(allocator.allocate(3 * MIB));
              }
            });
    assertTrue(
        blocks.size() >= 30 && blocks.size() <= 33, blocks.size() + " blocks of 3 MiB in 100 MiB");
    long live = blocks.size() * 3 * MIB;
    assertTrue(
        error
            .getMessage()
            .startsWith(
                "cpu: out of memory: requested 3145728 bytes, live "
                    + live
                    + ", reserved 104857600, "
                    + "limit 104857600"),
        error.getMessage());
    // What is free but too small a range goes back to the system for a large block.
    blocks.forEach(allocator::free);
    CpuBuffer all = allocator.allocate(100 * MIB);
    assertEquals(100 * MIB, allocator.stats().reserved());
    allocator.free(all);
  }

  @Test
  void unreachableBlocksAreReclaimedBeforeMemoryIsTaken() {
    var allocator = new CpuAllocator(() -> 1024 * MIB);
    var unreachable = new ArrayDeque<CpuBuffer>();
    var collections = new int[1];
    allocator.onPressure(
        collect -> {
          if (!collect || unreachable.isEmpty()) {
            return false;
          }
          collections[0]++;
          unreachable.forEach(allocator::free);
          unreachable.clear();
          return true;
        });
    for (int step = 0; step < 2000; step++) {
      unreachable.add(allocator.allocate(MIB));
    }
    long reserved = allocator.stats().reserved();
    assertTrue(reserved <= 256 * MIB, "2000 dead blocks of 1 MiB hold " + reserved + " bytes");
    assertTrue(collections[0] >= 5 && collections[0] < 40, collections[0] + " collections");
  }

  @Test
  void whatTheCollectorHasFoundComesBackWithoutACollection() {
    var allocator = new CpuAllocator(() -> 1024 * MIB);
    var unreachable = new ArrayDeque<CpuBuffer>();
    allocator.onPressure(
        collect -> {
          assertFalse(collect, "a collection was asked for");
          boolean some = !unreachable.isEmpty();
          unreachable.forEach(allocator::free);
          unreachable.clear();
          return some;
        });
    for (int step = 0; step < 2000; step++) {
      unreachable.add(allocator.allocate(MIB));
    }
    assertEquals(1, allocator.stats().reservations());
  }

  @Test
  void aSecondFreeIsAnError() {
    var allocator = new CpuAllocator(() -> 64 * MIB);
    CpuBuffer buffer = allocator.allocate(1000);
    allocator.free(buffer);
    assertThrows(IllegalStateException.class, () -> allocator.free(buffer));
    assertThrows(IllegalArgumentException.class, () -> allocator.allocate(-1));
  }

  @Test
  void threadsMayAllocateAtOnce() throws InterruptedException {
    var allocator = new CpuAllocator(() -> 1024 * MIB);
    var failure = new AtomicReference<Throwable>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      int mark = t + 1;
      var thread = Thread.ofPlatform().uncaughtExceptionHandler((which, e) -> failure.set(e));
      threads.add(thread.start(() -> churn(allocator, mark)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(null, failure.get());
    assertEquals(0, allocator.stats().live());
  }

  private static void churn(CpuAllocator allocator, int mark) {
    var random = new Random(mark);
    var mine = new ArrayList<CpuBuffer>();
    for (int step = 0; step < 20_000; step++) {
      if (mine.size() < 20) {
        CpuBuffer buffer = allocator.allocate(1 + random.nextInt(step % 10 == 0 ? 100_000 : 500));
        buffer.segment().set(ValueLayout.JAVA_LONG, 0, mark);
        mine.add(buffer);
      } else {
        CpuBuffer buffer = mine.remove(random.nextInt(mine.size()));
        assertEquals(
            mark,
            buffer.segment().get(ValueLayout.JAVA_LONG, 0),
            "another thread has this block too");
        allocator.free(buffer);
      }
    }
    mine.forEach(allocator::free);
  }
}
