package dev.adjoint.device;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The allocator of a device: a pool of blocks, cut out of large {@linkplain Ranges ranges}.
 *
 * <p>Blocks below 32 KiB come from {@linkplain SmallRuns runs} of equal blocks, larger ones from a {@linkplain BlockHeap heap};
 * {@link SizeClasses} says which sizes there are.
 *
 * <p>Memory of unreachable tensors is found in two ways before new memory is taken: what the collector has already noticed,
 * each time that no free block fits, and what a collection would find, each time that the pool would outgrow its
 * {@linkplain SoftLimit soft limit}: one of young objects, and a full one where that finds too little.
 *
 * <p>A backend extends {@link PooledBuffer} with what its programs need, implements {@link Ranges}, and passes
 * {@link Backend#allocate}, {@link Backend#free}, {@link Backend#memory} and {@link Backend#onPressure} on to a pool:
 *
 * <pre>{@code
 * private final Pool<ClBuffer> pool = new Pool<>("opencl:0", new ClRanges(context), () -> globalMemory, ClBuffer::new);
 * }</pre>
 *
 * <p>A block that is freed may be handed out again at once, while launches that use it still wait in a queue. That is safe if
 * all work of the device, copies included, runs in one queue in order.
 *
 * @param <B> the backend's kind of block
 */
public class Pool<B extends PooledBuffer> {
  private static final long SMALL_LIMIT = 32 << 10;
  private static final long SMALLEST_RANGE = 32L << 20;
  private static final long ABSURD = 1L << 56;
  private static final int OLD_SHARE = 8;

  private final String device;
  private final Ranges ranges;
  private final LongSupplier limit;
  private final Maker<B> maker;
  private final SizeClasses sizes;
  private final BlockHeap heap = new BlockHeap();
  private final SmallRuns[] runs;
  private final SoftLimit softLimit;
  private final Object collecting = new Object();
  private volatile Reclaimer reclaimer = collect -> false;
  private volatile long collections;
  private volatile long fullCollections;

  private long live;
  private long liveAfterFull;
  private long blocks;
  private long peak;
  private long reserved;
  private long reservations;
  private long allocations;
  private long allocated;

  /** Makes the object for a block; called with the pool's lock held. */
  @FunctionalInterface
  public interface Maker<B> {
    /** A block of {@code bytes} bytes at an address; {@code home} is for the constructor of {@link PooledBuffer}. */
    B make(long address, long bytes, PooledBuffer.Home home);
  }

  /**
   * An empty pool.
   *
   * @param device the name in error messages
   * @param limit how many bytes to take from the ranges at most, 64 MiB at least; asked for late, as finding it may be slow
   */
  public Pool(String device, Ranges ranges, LongSupplier limit, Maker<B> maker) {
    this.device = device;
    this.ranges = ranges;
    this.limit = () -> Math.max(SoftLimit.LEAST, limit.getAsLong());
    this.maker = maker;
    sizes = new SizeClasses(ranges.alignment());
    runs = new SmallRuns[sizes.index(SMALL_LIMIT)];
    for (int i = 0; i < runs.length; i++) {
      runs[i] = new SmallRuns((int) sizes.bytes(i));
    }
    softLimit = new SoftLimit(this.limit, System::nanoTime);
  }

  /** Sets what is asked for unreachable blocks, and for the largest holders when there are none. */
  public final void onPressure(Reclaimer reclaimer) {
    this.reclaimer = reclaimer;
  }

  /**
   * A block of at least {@code bytes} bytes with any content.
   *
   * @throws OutOfDeviceMemoryException if there is no room, even after a collection; the pool is as before
   */
  public final B allocate(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(device + ": a block cannot have " + bytes + " bytes");
    }
    if (bytes > ABSURD) {
      throw outOfMemory(bytes);
    }
    long rounded = sizes.round(bytes);
    B buffer = take(rounded);
    return buffer != null ? buffer : allocateUnderPressure(bytes, rounded);
  }

  private B allocateUnderPressure(long bytes, long rounded) {
    B buffer = reclaimer.reclaim(false) ? take(rounded) : null;
    if (buffer == null && isCollectionDue(rounded)) {
      buffer = collectAndTake(rounded, true);
    }
    if (buffer == null) {
      buffer = reserveAndTake(rounded);
    }
    if (buffer == null) {
      buffer = collectAndTake(rounded, false);
    }
    if (buffer == null) {
      buffer = trimAndTake(rounded);
    }
    if (buffer == null) {
      throw outOfMemory(bytes);
    }
    return buffer;
  }

  /** Takes a block back. */
  public final synchronized void free(B buffer) {
    if (!buffer.markFree()) {
      throw new IllegalStateException(
          device + ": a block of " + buffer.bytes() + " bytes is freed twice");
    }
    live -= buffer.bytes();
    blocks--;
    switch (buffer.home()) {
      case BlockHeap.Block block -> heap.release(block);
      case SmallRuns.Run run -> run.owner.release(run, buffer.address(), heap);
    }
  }

  /** The counters as they are now. */
  public final synchronized MemoryStats stats() {
    return new MemoryStats(
        live, reserved, peak, reservations, allocations, blocks, limit.getAsLong());
  }

  private synchronized @Nullable B take(long rounded) {
    B buffer = null;
    if (rounded < SMALL_LIMIT) {
      buffer = runs[sizes.index(rounded)].take(heap, maker);
    } else {
      BlockHeap.Block block = heap.take(rounded);
      if (block != null) {
        buffer = maker.make(block.address, block.bytes, block);
        buffer.idle(allocated - block.stamp);
        block.stamp = allocated;
      }
    }
    if (buffer != null) {
      live += rounded;
      peak = Math.max(peak, live);
      blocks++;
      allocations++;
      allocated += rounded;
    }
    return buffer;
  }

  private synchronized boolean isCollectionDue(long rounded) {
    return softLimit.isCollectionDue(reserved, rounded, allocated);
  }

  /**
   * Collects garbage and takes a block; if another thread is collecting, its collection will do.
   *
   * @param young whether a collection of young objects will do, if it finds enough
   */
  private @Nullable B collectAndTake(long rounded, boolean young) {
    long before = young ? collections : fullCollections;
    synchronized (collecting) {
      if (before == (young ? collections : fullCollections)) {
        synchronized (this) {
          softLimit.collecting();
        }
        if (!young || !reclaimer.reclaimYoung() || hasOldGarbage()) {
          reclaimer.reclaim(true);
          fullCollections++;
          noteLive();
        }
        synchronized (this) {
          softLimit.collected(live, allocated);
        }
        collections++;
      }
    }
    return take(rounded);
  }

  /** Whether so much more is in use than after the last full collection that another may find what has grown old. */
  private synchronized boolean hasOldGarbage() {
    return live - liveAfterFull > reserved / OLD_SHARE;
  }

  private synchronized void noteLive() {
    liveAfterFull = live;
  }

  private synchronized @Nullable B reserveAndTake(long rounded) {
    return reserve(rounded) ? take(rounded) : null;
  }

  private synchronized @Nullable B trimAndTake(long rounded) {
    trim();
    return reserveAndTake(rounded);
  }

  /** Takes a range that has room for a block; false if the limit or the system forbids it. */
  private boolean reserve(long rounded) {
    long unit = ranges.granularity();
    long least = SizeClasses.ceil(Math.max(rounded, SmallRuns.RUN_BYTES), unit);
    long useful = Math.max(SMALLEST_RANGE, Math.min(reserved / 2, softLimit.bytes() - reserved));
    long bytes = Math.max(least, Math.min(useful, ranges.largest()) & -unit);
    if (reserved + bytes > SoftLimit.LEAST) {
      long room = limit.getAsLong() - reserved;
      if (room < least) {
        return false;
      }
      bytes = Math.min(bytes, room & -unit);
    }
    long address = ranges.take(bytes);
    if (address == 0 && bytes > least) {
      bytes = least;
      address = ranges.take(bytes);
    }
    if (address == 0) {
      return false;
    }
    reserved += bytes;
    reservations++;
    heap.add(address, bytes);
    return true;
  }

  /** Gives ranges without taken blocks back to the system. */
  private void trim() {
    for (SmallRuns small : runs) {
      small.trim(heap);
    }
    for (BlockHeap.Block range : heap.removeFreeRanges()) {
      if (ranges.giveBack(range.address, range.bytes)) {
        reserved -= range.bytes;
      } else {
        heap.add(range.address, range.bytes);
      }
    }
  }

  private OutOfDeviceMemoryException outOfMemory(long bytes) {
    String counters;
    synchronized (this) {
      counters =
          "live "
              + live
              + ", reserved "
              + reserved
              + ", limit "
              + limit.getAsLong()
              + ", cached "
              + (reserved - live)
              + " (the largest free block has "
              + heap.largest()
              + ")";
    }
    var text =
        new StringBuilder(device + ": out of memory: requested " + bytes + " bytes, " + counters);
    for (String part : new String[] {reclaimer.holders(), ranges.advice()}) {
      if (!part.isEmpty()) {
        text.append('\n').append(part);
      }
    }
    return new OutOfDeviceMemoryException(text.toString());
  }
}
