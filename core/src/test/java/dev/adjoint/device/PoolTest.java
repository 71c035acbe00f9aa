package dev.adjoint.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Pools over addresses that are made up, as those of a device whose memory consists of objects. */
class PoolTest {
  private static final long MIB = 1 << 20;

  /** A block that is nothing but its address. */
  private static final class Block extends PooledBuffer {
    Block(long address, long bytes, Home home) {
      super(address, bytes, home);
    }
  }

  /** Numbered ranges: the upper bits of an address are the number, the lower 40 bits the offset. */
  private static final class Numbered implements Ranges {
    final Map<Long, Long> taken = new TreeMap<>();
    long room = Long.MAX_VALUE;
    long alignment = 64;
    long largest = 512 * MIB;
    long given;

    @Override
    public long take(long bytes) {
      if (bytes > room) {
        return 0;
      }
      long address = ++given << 40;
      taken.put(address, bytes);
      return address;
    }

    @Override
    public boolean giveBack(long address, long bytes) {
      return taken.remove(address, bytes);
    }

    @Override
    public long alignment() {
      return alignment;
    }

    @Override
    public long largest() {
      return largest;
    }

    @Override
    public String advice() {
      return "buy more";
    }
  }

  private final Numbered ranges = new Numbered();

  private Pool<Block> pool(long limit) {
    return new Pool<>("toy:0", ranges, () -> limit, Block::new);
  }

  /** What stands for tensors: everything in the queue is unreachable, but only a collection finds that out. */
  private static AtomicInteger collectAll(Pool<Block> pool, ArrayDeque<Block> unreachable) {
    var collections = new AtomicInteger();
    pool.onPressure(
        collect -> {
          if (!collect || unreachable.isEmpty()) {
            return false;
          }
          collections.incrementAndGet();
          unreachable.forEach(pool::free);
          unreachable.clear();
          return true;
        });
    return collections;
  }

  @Test
  void blocksLieInOneRangeAndNeverOverlap() {
    for (long alignment : new long[] {64, 512, 4096}) {
      ranges.alignment = alignment;
      Pool<Block> pool = pool(1024 * MIB);
      var random = new Random(alignment);
      var taken = new TreeMap<Long, Block>();
      var list = new ArrayList<Block>();
      for (int step = 0; step < 20_000; step++) {
        if (list.size() < 300 && random.nextInt(5) < 3) {
          long bytes = (long) Math.exp(random.nextDouble() * 14.5);
          Block block = pool.allocate(bytes);
          assertEquals(0, block.address() % alignment);
          assertTrue(
              block.bytes() >= bytes
                  && block.bytes() <= Math.max(bytes * 5 / 4, bytes) + alignment + 65_536);
          long range = block.address() >>> 40 << 40;
          assertTrue(
              block.address() + block.bytes() <= range + ranges.taken.get(range),
              "over the end of the range");
          Map.Entry<Long, Block> below = taken.floorEntry(block.address());
          Map.Entry<Long, Block> above = taken.higherEntry(block.address());
          assertTrue(
              below == null || below.getKey() + below.getValue().bytes() <= block.address(),
              "overlap below");
          assertTrue(
              above == null || block.address() + block.bytes() <= above.getKey(), "overlap above");
          taken.put(block.address(), block);
          list.add(block);
        } else if (!list.isEmpty()) {
          Block block = list.remove(random.nextInt(list.size()));
          taken.remove(block.address());
          pool.free(block);
        }
        assertEquals(list.size(), pool.stats().blocks());
      }
    }
  }

  @Test
  void roundsToSizeClasses() {
    var sizes = new SizeClasses(64);
    long[][] cases = {
      {0, 64},
      {1, 64},
      {64, 64},
      {65, 128},
      {256, 256},
      {257, 320},
      {512, 512},
      {513, 640},
      {1024, 1024},
      {1025, 1280},
      {700_000, 786_432},
      {MIB - 1, MIB},
      {MIB, MIB},
      {MIB + 1, MIB + 65_536}
    };
    for (long[] c : cases) {
      assertEquals(c[1], sizes.round(c[0]), "round(" + c[0] + ")");
    }
    for (long bytes = 1; bytes < 2 * MIB; bytes += 61) {
      long rounded = sizes.round(bytes);
      assertTrue(
          rounded >= bytes
              && rounded % 64 == 0
              && rounded <= Math.max(64 + bytes, bytes * 5 / 4 + 64));
      assertEquals(rounded, sizes.round(rounded), "a class is its own rounding");
    }
  }

  @Test
  void roundsToUnits() {
    var sizes = new SizeClasses(256);
    long[][] cases = {
      {0, 256},
      {256, 256},
      {257, 512},
      {1025, 1280},
      {2049, 2560},
      {MIB - 1, MIB},
      {MIB + 1, MIB + 65_536}
    };
    for (long[] c : cases) {
      assertEquals(c[1], sizes.round(c[0]), "round(" + c[0] + ")");
    }
    assertThrows(IllegalArgumentException.class, () -> new SizeClasses(100));
    assertThrows(IllegalArgumentException.class, () -> new SizeClasses(8192));
  }

  @Test
  void rangesAreAsLargeAsTheDeviceLikes() {
    ranges.largest = 64 * MIB;
    Pool<Block> pool = pool(4096 * MIB);
    for (int i = 0; i < 100; i++) {
      pool.allocate(10 * MIB);
    }
    ranges.taken.values().forEach(bytes -> assertTrue(bytes <= 64 * MIB, bytes + " bytes"));
    Block large = pool.allocate(100 * MIB);
    assertEquals(100 * MIB, large.bytes(), "one block may be larger");
  }

  @Test
  void garbageOfASecondDoesNotFillTheDevice() {
    Pool<Block> pool = pool(32 * 256 * MIB);
    var unreachable = new ArrayDeque<Block>();
    AtomicInteger collections = collectAll(pool, unreachable);
    for (int step = 0; step < 20_000; step++) {
      unreachable.add(pool.allocate(MIB));
    }
    // How long a collection takes is up to the machine: the soft limit may rise to its share of the
    // limit, and a range more.
    assertTrue(pool.stats().reserved() <= 288 * MIB, pool.stats().toString());
    assertTrue(collections.get() >= 70, collections + " collections");
  }

  /** What stands for tensors of which a collection of young objects finds only a share. */
  private static final class Young implements Reclaimer {
    final ArrayDeque<Block> unreachable = new ArrayDeque<>();
    final Pool<Block> pool;
    int old;
    int young;
    int full;

    Young(Pool<Block> pool) {
      this.pool = pool;
      pool.onPressure(this);
    }

    @Override
    public boolean reclaim(boolean collect) {
      if (collect) {
        full++;
        free(0);
        old = 0;
      }
      return collect;
    }

    @Override
    public boolean reclaimYoung() {
      young++;
      free(old);
      return true;
    }

    private void free(int left) {
      while (unreachable.size() > left) {
        pool.free(unreachable.removeLast());
      }
    }
  }

  @Test
  void aCollectionOfYoungObjectsWillDoWhileItFindsEnough() {
    Pool<Block> pool = pool(32 * 256 * MIB);
    var tensors = new Young(pool);
    for (int step = 0; step < 20_000; step++) {
      tensors.unreachable.add(pool.allocate(MIB));
    }
    assertTrue(tensors.young >= 70, tensors.young + " collections");
    assertEquals(0, tensors.full);
    assertTrue(pool.stats().reserved() <= 288 * MIB, pool.stats().toString());
  }

  @Test
  void aFullCollectionFindsWhatHasGrownOld() {
    Pool<Block> pool = pool(32 * 64 * MIB);
    var tensors = new Young(pool);
    for (int step = 0; step < 20_000; step++) {
      tensors.unreachable.add(pool.allocate(MIB));
      if (step % 100 == 0) {
        tensors.old++;
      }
    }
    assertTrue(tensors.full >= 10 && tensors.full <= 25, tensors.full + " full collections");
    assertTrue(tensors.young >= 10 * tensors.full, tensors.young + " of young objects");
    assertEquals(64 * MIB, pool.stats().reserved());
  }

  @Test
  void smallGarbageIsCollectedToo() {
    Pool<Block> pool = pool(32 * 64 * MIB);
    var unreachable = new ArrayDeque<Block>();
    AtomicInteger collections = collectAll(pool, unreachable);
    for (int step = 0; step < 3_000_000; step++) {
      unreachable.add(pool.allocate(40));
    }
    assertEquals(64 * MIB, pool.stats().reserved());
    assertTrue(collections.get() >= 2, collections + " collections");
  }

  @Test
  void whatIsInUseNeedsFewCollections() {
    Pool<Block> pool = pool(64L << 30);
    var unreachable = new ArrayDeque<Block>();
    var collections = new AtomicInteger();
    pool.onPressure(
        collect -> collect && collections.incrementAndGet() > 0 && !unreachable.isEmpty());
    for (int step = 0; step < 32 << 10; step++) {
      pool.allocate(MIB);
    }
    assertTrue(
        collections.get() <= 10, collections + " collections while 32 GiB were taken for good");
  }

  @Test
  void anErrorTeachesAndChangesNothing() {
    Pool<Block> pool = pool(100 * MIB);
    pool.onPressure(
        new Reclaimer() {
          @Override
          public boolean reclaim(boolean collect) {
            return false;
          }

          @Override
          public String holders() {
            return "60 MiB are the cat's";
          }
        });
    Block held = pool.allocate(60 * MIB);
    Block small = pool.allocate(1000);
    pool.free(pool.allocate(2 * MIB));
    MemoryStats before = pool.stats();
    var error = assertThrows(OutOfDeviceMemoryException.class, () -> pool.allocate(50 * MIB));
    String expected =
        "toy:0: out of memory: requested 52428800 bytes, live 62915584, reserved 96468992, limit 104857600, cached 33553408 "
            + "(the largest free block has 33292288)\n60 MiB are the cat's\nbuy more";
    assertEquals(expected, error.getMessage());
    assertEquals(before, pool.stats());
    Block next = pool.allocate(31 * MIB);
    assertEquals(3, pool.stats().blocks());
    List.of(held, small, next).forEach(pool::free);
    assertEquals(0, pool.stats().live());
    assertThrows(OutOfDeviceMemoryException.class, () -> pool.allocate(Long.MAX_VALUE));
    assertEquals(
        100 * MIB, pool.allocate(100 * MIB).bytes(), "free ranges make room for a large block");
  }

  @Test
  void aFullDeviceIsAnErrorBelowTheLimitToo() {
    Pool<Block> pool = pool(1024 * MIB);
    pool.allocate(MIB);
    ranges.room = 4 * MIB;
    assertEquals(2 * MIB, pool.allocate(40 * MIB - 38 * MIB).bytes());
    var error = assertThrows(OutOfDeviceMemoryException.class, () -> pool.allocate(40 * MIB));
    assertTrue(error.getMessage().contains("requested 41943040 bytes"), error.getMessage());
  }

  @Test
  void theLimitIsNotAskedForBeforeItMatters() {
    var asked = new AtomicInteger();
    var pool = new Pool<>("toy:0", ranges, () -> asked.incrementAndGet() * 1024L * MIB, Block::new);
    pool.allocate(20 * MIB);
    assertEquals(0, asked.get());
    assertFalse(pool.stats().limit() < 1024 * MIB);
  }
}
