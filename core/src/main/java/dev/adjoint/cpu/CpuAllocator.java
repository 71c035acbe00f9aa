package dev.adjoint.cpu;

import dev.adjoint.device.MemoryStats;
import dev.adjoint.device.OutOfDeviceMemoryException;
import dev.adjoint.device.Reclaimer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A pool of native memory. Blocks below 32 KiB come from {@linkplain SmallRuns runs} of equal blocks, larger ones from a
 * {@linkplain BlockHeap heap}; both lie in large ranges from the system. Sizes are rounded to 64 bytes and to four steps per
 * power of two below 1 MiB, and to 64 KiB above.
 *
 * <p>Memory of unreachable tensors is found in two ways before new memory is taken: what the collector has already noticed,
 * each time that no free block fits, and what a collection would find, each time that the pool would outgrow a soft limit
 * which doubles as the program grows.
 */
final class CpuAllocator {
  private static final long SMALL_LIMIT = 32 << 10;
  private static final long FIRST_SOFT_LIMIT = 64L << 20;
  private static final long SMALLEST_RANGE = 32L << 20;
  private static final long LARGEST_RANGE = 512L << 20;

  private final LongSupplier limit;
  private final BlockHeap heap = new BlockHeap();
  private final SmallRuns[] runs = new SmallRuns[classIndex(SMALL_LIMIT)];
  private volatile Reclaimer reclaimer = collect -> false;

  private long live;
  private long peak;
  private long reserved;
  private long reservations;
  private long allocations;
  private long allocatedSinceCollection;
  private long softLimit = FIRST_SOFT_LIMIT;

  /** A pool that takes at most {@code limit} bytes from the system; the limit is asked for late, as finding it is slow. */
  CpuAllocator(LongSupplier limit) {
    this.limit = limit;
    for (int i = 0; i < runs.length; i++) {
      runs[i] = new SmallRuns((int) classBytes(i));
    }
  }

  void onPressure(Reclaimer reclaimer) {
    this.reclaimer = reclaimer;
  }

  /** A block of at least {@code bytes} bytes with any content. */
  CpuBuffer allocate(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("cpu: a block cannot have " + bytes + " bytes");
    }
    long rounded = round(bytes);
    CpuBuffer buffer = take(rounded);
    if (buffer == null && reclaimer.reclaim(false)) {
      buffer = take(rounded);
    }
    if (buffer == null && isCollectionDue(rounded)) {
      buffer = collect(rounded);
    }
    if (buffer == null) {
      buffer = reserveAndTake(rounded);
    }
    if (buffer == null) {
      buffer = collect(rounded);
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
  synchronized void free(CpuBuffer buffer) {
    buffer.markFree();
    live -= buffer.bytes();
    switch (buffer.home()) {
      case BlockHeap.Block block -> heap.release(block);
      case SmallRuns.Run run -> run.owner.release(run, buffer.address(), heap);
    }
  }

  synchronized MemoryStats stats() {
    return new MemoryStats(live, reserved, peak, reservations, allocations);
  }

  private synchronized @Nullable CpuBuffer take(long rounded) {
    CpuBuffer buffer;
    if (rounded < SMALL_LIMIT) {
      buffer = runs[classIndex(rounded)].take(heap);
    } else {
      BlockHeap.Block block = heap.take(rounded);
      buffer = block == null ? null : new CpuBuffer(block.address, block.bytes, block);
    }
    if (buffer != null) {
      live += rounded;
      peak = Math.max(peak, live);
      allocations++;
      allocatedSinceCollection += rounded;
    }
    return buffer;
  }

  private synchronized boolean isCollectionDue(long rounded) {
    return reserved + rounded > softLimit && allocatedSinceCollection > reserved / 2;
  }

  private @Nullable CpuBuffer collect(long rounded) {
    reclaimer.reclaim(true);
    synchronized (this) {
      allocatedSinceCollection = 0;
      softLimit = Math.max(2 * live, Math.min(2 * softLimit, Math.max(FIRST_SOFT_LIMIT, limit.getAsLong() / 16)));
      return take(rounded);
    }
  }

  private synchronized @Nullable CpuBuffer reserveAndTake(long rounded) {
    return reserve(rounded) ? take(rounded) : null;
  }

  private synchronized @Nullable CpuBuffer trimAndTake(long rounded) {
    trim();
    return reserveAndTake(rounded);
  }

  /** Takes a range from the system that has room for a block; false if the limit or the system forbids it. */
  private boolean reserve(long rounded) {
    long least = ceil(Math.max(rounded, SmallRuns.RUN_BYTES), Pages.HUGE);
    long bytes = ceil(Math.max(least, Math.clamp(reserved / 2, SMALLEST_RANGE, LARGEST_RANGE)), Pages.HUGE);
    if (reserved + bytes > FIRST_SOFT_LIMIT) {
      long room = limit.getAsLong() - reserved;
      if (room < least) {
        return false;
      }
      bytes = Math.min(bytes, room & -Pages.HUGE);
    }
    long address = Pages.map(bytes);
    if (address == 0 && bytes > least) {
      bytes = least;
      address = Pages.map(bytes);
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
      if (Pages.unmap(range.address, range.bytes)) {
        reserved -= range.bytes;
      } else {
        heap.add(range.address, range.bytes);
      }
    }
  }

  private synchronized OutOfDeviceMemoryException outOfMemory(long bytes) {
    return new OutOfDeviceMemoryException(
        "cpu: out of memory: requested " + bytes + " bytes, live " + live + ", reserved " + reserved + ", limit "
            + limit.getAsLong() + ", largest free block " + heap.largest()
            + "; -Dadjoint.cpu.memory=<bytes> sets the limit");
  }

  /** The size of the block that a request gets. */
  static long round(long bytes) {
    if (bytes >= 1 << 20) {
      return ceil(bytes, 64 << 10);
    }
    return classBytes(classIndex(bytes));
  }

  private static long ceil(long bytes, long unit) {
    return (bytes + unit - 1) & -unit;
  }

  /** The index of the smallest size class that holds a block: 64, 128, 192, 256, 320, 384, 448, 512, 640, 768 ... */
  private static int classIndex(long bytes) {
    long units = Math.max(1, (bytes + 63) >>> 6);
    if (units <= 4) {
      return (int) units - 1;
    }
    int power = 63 - Long.numberOfLeadingZeros(units - 1);
    return 4 * (power - 1) + (int) ((units - 1) >>> (power - 2)) - 4;
  }

  private static long classBytes(int index) {
    if (index < 4) {
      return (index + 1L) << 6;
    }
    int power = index / 4 + 1;
    return (index % 4 + 5L) << (power - 2) << 6;
  }
}
