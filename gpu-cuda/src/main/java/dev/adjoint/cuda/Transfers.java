package dev.adjoint.cuda;

import dev.adjoint.device.Undo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies between the host and a device, piece by piece through a ring of pinned buffers: while the device copies one piece, the
 * processor fills or empties another. The caller holds the session's lock.
 */
final class Transfers {
  private static final int SLOTS = 4;
  private static final long SLOT_BYTES = 4L << 20;
  private static final long WORD = 4;

  private final CudaDriver driver;
  private final long stream;
  private final long[] events = new long[SLOTS];
  private final MemorySegment ring;
  private final MemorySegment words;
  private int next;

  /** Takes the buffers; {@code undo} learns how to give them back. */
  Transfers(CudaDriver driver, long stream, Undo undo) {
    this.driver = driver;
    this.stream = stream;
    ring = pinned(SLOTS * SLOT_BYTES, undo);
    words = pinned(2 * WORD, undo);
    for (int i = 0; i < SLOTS; i++) {
      long event = driver.createEvent(false);
      undo.add(() -> driver.destroyEvent(event));
      events[i] = event;
    }
  }

  private MemorySegment pinned(long bytes, Undo undo) {
    long address = driver.allocatePinned(bytes);
    undo.add(() -> driver.freePinned(address));
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /** The next buffer of the ring, when the copy that used it last is done. */
  private int take() {
    int slot = next;
    next = (next + 1) % SLOTS;
    driver.waitForEvent(events[slot]);
    return slot;
  }

  private MemorySegment slot(int slot) {
    return ring.asSlice(slot * SLOT_BYTES, SLOT_BYTES);
  }

  /** Copies to the device; returns when the host memory was read, perhaps before the device has it. */
  void write(long to, MemorySegment from) {
    for (long at = 0; at < from.byteSize(); at += SLOT_BYTES) {
      long bytes = Math.min(SLOT_BYTES, from.byteSize() - at);
      int slot = take();
      MemorySegment room = slot(slot);
      MemorySegment.copy(from, at, room, 0, bytes);
      driver.copyToDevice(to + at, room.address(), bytes, stream);
      driver.record(events[slot], stream);
    }
  }

  /** Copies from the device, and waits for it. */
  void read(long from, MemorySegment to) {
    int pieces = Math.toIntExact((to.byteSize() + SLOT_BYTES - 1) / SLOT_BYTES);
    int[] slots = new int[pieces];
    for (int piece = 0; piece < pieces + SLOTS - 1; piece++) {
      if (piece < pieces) {
        slots[piece] = take();
        long at = piece * SLOT_BYTES;
        driver.copyToHost(
            slot(slots[piece]).address(),
            from + at,
            Math.min(SLOT_BYTES, to.byteSize() - at),
            stream);
        driver.record(events[slots[piece]], stream);
      }
      int done = piece - (SLOTS - 1);
      if (done >= 0) {
        driver.waitForEvent(events[slots[done]]);
        long at = done * SLOT_BYTES;
        MemorySegment.copy(slot(slots[done]), 0, to, at, Math.min(SLOT_BYTES, to.byteSize() - at));
      }
    }
  }

  /** Reads a number of 4 bytes, after all work before it. */
  int readWord(long from) {
    driver.copyToHost(words.address(), from, WORD, stream);
    driver.waitForStream(stream);
    return words.get(ValueLayout.JAVA_INT, 0);
  }

  /** Writes a number of 4 bytes, always the same one. */
  void writeWord(long to, int value) {
    words.set(ValueLayout.JAVA_INT, WORD, value);
    driver.copyToDevice(to, words.address() + WORD, WORD, stream);
  }
}
