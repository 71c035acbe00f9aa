package dev.adjoint.cuda;

import dev.adjoint.device.Undo;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * Copies between the host and a device, piece by piece through rings of pinned buffers: while the device copies one piece, the
 * processor fills or empties another.
 *
 * <p>Uploads have a stream of their own, so that they do not stand behind the kernels that are waiting: it copies a piece into
 * memory that nothing else uses, and the stream of the kernels copies it from there to its place, which work before may still
 * read. Nobody holds the session's lock while he waits or copies, so one thread can upload while another launches.
 */
final class Transfers {
  private static final int SLOTS = 4;
  private static final long SLOT_BYTES = 4L << 20;

  private final CudaSession session;
  private final CudaDriver driver;
  private final long uploading;
  private final long staging;
  private final Ring up;
  private final Ring down;
  private final long[] consumed;

  /** Takes the buffers; {@code undo} learns how to give them back. */
  Transfers(CudaSession session, Undo undo) {
    this.session = session;
    driver = session.driver();
    uploading = driver.createStream();
    undo.add(() -> driver.destroyStream(uploading));
    staging = driver.allocate(SLOTS * SLOT_BYTES);
    undo.add(() -> driver.free(staging));
    up = new Ring(undo);
    down = new Ring(undo);
    consumed = events(undo);
  }

  private long[] events(Undo undo) {
    long[] events = new long[SLOTS];
    for (int i = 0; i < SLOTS; i++) {
      long event = driver.createEvent(false);
      undo.add(() -> driver.destroyEvent(event));
      events[i] = event;
    }
    return events;
  }

  /** Pinned buffers, each with an event for the copy that used it last. */
  private final class Ring {
    private final MemorySegment memory;
    private final long[] done;
    private int next;

    Ring(Undo undo) {
      long bytes = SLOTS * SLOT_BYTES;
      long address = driver.allocatePinned(bytes);
      undo.add(() -> driver.freePinned(address));
      memory = MemorySegment.ofAddress(address).reinterpret(bytes);
      done = events(undo);
    }

    /** The next buffer, when the copy that used it last is done. */
    int take(Supplier<String> what) {
      int slot = next;
      next = (next + 1) % SLOTS;
      await(slot, what);
      return slot;
    }

    void await(int slot, Supplier<String> what) {
      session.waiting(what, () -> driver.waitForEvent(done[slot]));
    }

    MemorySegment buffer(int slot) {
      return memory.asSlice(slot * SLOT_BYTES, SLOT_BYTES);
    }
  }

  /** Copies to the device; returns when the host memory was read, perhaps before the device has it. */
  void write(long to, MemorySegment from) {
    Supplier<String> what = () -> "a copy of " + from.byteSize() + " bytes to the device";
    synchronized (up) {
      for (long at = 0; at < from.byteSize(); at += SLOT_BYTES) {
        long bytes = Math.min(SLOT_BYTES, from.byteSize() - at);
        int slot = up.take(what);
        MemorySegment.copy(from, at, up.buffer(slot), 0, bytes);
        long place = to + at;
        session.run(what, () -> enqueue(slot, place, bytes));
      }
    }
  }

  private void enqueue(int slot, long to, long bytes) {
    long stage = staging + slot * SLOT_BYTES;
    driver.waitForEvent(uploading, consumed[slot]);
    driver.copyToDevice(stage, up.buffer(slot).address(), bytes, uploading);
    driver.record(up.done[slot], uploading);
    driver.waitForEvent(session.stream(), up.done[slot]);
    driver.copyOnDevice(to, stage, bytes, session.stream());
    driver.record(consumed[slot], session.stream());
  }

  /** Copies from the device, after all work before it, and waits for it. */
  void read(long from, MemorySegment to) {
    Supplier<String> what = () -> "a copy of " + to.byteSize() + " bytes from the device";
    int pieces = Math.toIntExact((to.byteSize() + SLOT_BYTES - 1) / SLOT_BYTES);
    int[] slots = new int[pieces];
    synchronized (down) {
      for (int piece = 0; piece < pieces + SLOTS - 1; piece++) {
        if (piece < pieces) {
          int slot = down.take(what);
          slots[piece] = slot;
          long at = piece * SLOT_BYTES;
          session.run(
              what,
              () -> {
                driver.copyToHost(
                    down.buffer(slot).address(),
                    from + at,
                    Math.min(SLOT_BYTES, to.byteSize() - at),
                    session.stream());
                driver.record(down.done[slot], session.stream());
              });
        }
        int done = piece - (SLOTS - 1);
        if (done >= 0) {
          down.await(slots[done], what);
          long at = done * SLOT_BYTES;
          long bytes = Math.min(SLOT_BYTES, to.byteSize() - at);
          MemorySegment.copy(down.buffer(slots[done]), 0, to, at, bytes);
        }
      }
    }
  }
}
