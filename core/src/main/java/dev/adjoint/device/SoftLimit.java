package dev.adjoint.device;

import java.util.function.LongSupplier;

/**
 * The size above which a pool collects garbage before it takes memory from the system.
 *
 * <p>Both cost time: memory that was never touched is slow at first, and a collection stops the program. A pool that stays small
 * collects all the time, one that grows freely holds the garbage of a second. So the limit grows by a step at each collection
 * that comes soon after the last one, until collections take less than a tenth of the time, and up to a thirty-second part of
 * what the device may take. It is never below twice what is in use after a collection, and never shrinks. Not thread-safe.
 */
final class SoftLimit {
  /** The limit at first. */
  static final long LEAST = 64L << 20;

  private static final long STEP = 64L << 20;
  private static final int RARE = 10;
  private static final int SHARE = 32;

  private final LongSupplier hardLimit;
  private final LongSupplier nanoTime;
  private long bytes = LEAST;
  private long allocatedBefore;
  private long began;
  private long ended;

  /** A limit for a pool that may take at most {@code hardLimit} bytes, by a clock in nanoseconds. */
  SoftLimit(LongSupplier hardLimit, LongSupplier nanoTime) {
    this.hardLimit = hardLimit;
    this.nanoTime = nanoTime;
    ended = nanoTime.getAsLong();
  }

  /** The limit. */
  long bytes() {
    return bytes;
  }

  /**
   * Whether to collect before a pool grows. If few blocks were taken since the last collection, another would find little.
   *
   * @param reserved the size of the pool
   * @param wanted by how much it would grow at least
   * @param allocated the bytes of all blocks ever taken
   */
  boolean isCollectionDue(long reserved, long wanted, long allocated) {
    return reserved + wanted > bytes && allocated - allocatedBefore > reserved / 2;
  }

  /** Notes that a collection begins. */
  void collecting() {
    began = nanoTime.getAsLong();
  }

  /** Notes that the collection is over and has left {@code live} bytes in use. */
  void collected(long live, long allocated) {
    long now = nanoTime.getAsLong();
    if (began - ended < RARE * (now - began)) {
      bytes = Math.max(bytes, Math.min(bytes + STEP, hardLimit.getAsLong() / SHARE));
    }
    bytes = Math.max(bytes, 2 * live);
    allocatedBefore = allocated;
    ended = now;
  }
}
