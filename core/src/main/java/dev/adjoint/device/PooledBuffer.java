package dev.adjoint.device;

/** A block of a {@link Pool}. A backend extends it with what its programs need. */
public abstract class PooledBuffer implements Buffer {
  private final long address;
  private final long bytes;
  private final Home home;
  private boolean free;
  private long idle;

  /** Where in its pool a block came from. */
  public sealed interface Home permits BlockHeap.Block, SmallRuns.Run {}

  /** A block at an address; all three are what {@link Pool.Maker} is given. */
  protected PooledBuffer(long address, long bytes, Home home) {
    this.address = address;
    this.bytes = bytes;
    this.home = home;
  }

  /** The address of the first byte, a multiple of {@link Ranges#alignment}. */
  public final long address() {
    return address;
  }

  @Override
  public final long bytes() {
    return bytes;
  }

  /**
   * How many bytes the pool handed out between the last time that it handed out this memory and now: if these are more than the
   * caches hold, they have none of it. The caller is about to write it, so the next one gets 0.
   */
  public final long takeIdleBytes() {
    long bytes = idle;
    idle = 0;
    return bytes;
  }

  final void idle(long bytes) {
    idle = bytes;
  }

  final Home home() {
    return home;
  }

  /** Notes that the block was given back, and returns whether that is news; the pool's lock is held. */
  final boolean markFree() {
    boolean news = !free;
    free = true;
    return news;
  }

  @Override
  public String toString() {
    return bytes + " bytes at 0x" + Long.toHexString(address);
  }
}
