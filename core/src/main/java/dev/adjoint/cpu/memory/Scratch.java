package dev.adjoint.cpu.memory;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Memory for one thread at work on a matrix product or a sort, which is used again by the next one. */
public final class Scratch implements AutoCloseable {
  private static final int NEAR = 64;

  /** How far apart the places of two threads are, so that no two share a cache line. */
  private static final int APART = 32;

  /** What threads have given back last, by their numbers, so that most find their own again. */
  private static final AtomicReferenceArray<Scratch> NEAREST =
      new AtomicReferenceArray<>(NEAR * APART);

  private static final ConcurrentLinkedDeque<Scratch> POOL = new ConcurrentLinkedDeque<>();

  private long address;
  private long bytes;

  private Scratch() {}

  private static int near() {
    return ((int) Thread.currentThread().threadId() & (NEAR - 1)) * APART;
  }

  /** Takes memory until it is closed. */
  public static Scratch take() {
    Scratch free = NEAREST.getAndSet(near(), null);
    if (free == null) {
      free = POOL.poll();
    }
    return free == null ? new Scratch() : free;
  }

  /**
   * The address of at least {@code wanted} bytes. What a smaller room held is lost.
   *
   * @throws OutOfMemoryError if the system has no more memory
   */
  public long room(long wanted) {
    if (wanted > bytes) {
      long size = (Math.max(wanted, 2 * bytes) + Pages.HUGE - 1) & -Pages.HUGE;
      long fresh = Pages.map(size);
      if (fresh == 0) {
        throw new OutOfMemoryError(
            "cpu: the system has no " + size + " bytes for what a kernel keeps aside");
      }
      if (bytes > 0) {
        Pages.unmap(address, bytes);
      }
      address = fresh;
      bytes = size;
    }
    return address;
  }

  /** Gives a room of more than so many bytes back to the system, where that is possible, as it will not soon be used again. */
  public void shrink(long most) {
    if (bytes > most && Pages.unmap(address, bytes)) {
      bytes = 0;
    }
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    if (!NEAREST.compareAndSet(near(), null, this)) {
      POOL.push(this);
    }
  }
}
