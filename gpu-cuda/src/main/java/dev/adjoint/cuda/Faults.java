package dev.adjoint.cuda;

import dev.adjoint.codegen.CSource;
import dev.adjoint.device.Undo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;

/**
 * The {@code fault} of a {@link CSource}: a word on the device, one for all kernels, and copies of it on the host, one for each
 * run that nobody has asked about yet. The caller holds the session's lock.
 */
final class Faults {
  private static final long WORD = 4;

  private final CudaDriver driver;
  private final long stream;
  private final long address;
  private final MemorySegment fine;
  private final ArrayDeque<Copy> free = new ArrayDeque<>();

  /** A copy of the word in pinned memory, and the event after which it is there. */
  record Copy(long event, MemorySegment word) {
    /** Whether it tells of a fault. */
    boolean tells() {
      return word.get(ValueLayout.JAVA_INT, 0) != CSource.FINE;
    }
  }

  /** Takes the memory; {@code undo} learns how to give it back. */
  Faults(CudaDriver driver, long stream, Undo undo) {
    this.driver = driver;
    this.stream = stream;
    address = driver.allocate(WORD);
    undo.add(() -> driver.free(address));
    fine = word(undo);
    fine.set(ValueLayout.JAVA_INT, 0, CSource.FINE);
    free.add(make(undo));
  }

  private MemorySegment word(Undo undo) {
    long pinned = driver.allocatePinned(WORD);
    undo.add(() -> driver.freePinned(pinned));
    return MemorySegment.ofAddress(pinned).reinterpret(WORD);
  }

  private Copy make(Undo undo) {
    MemorySegment word = word(undo);
    long event = driver.createEvent(false);
    undo.add(() -> driver.destroyEvent(event));
    return new Copy(event, word);
  }

  /** Where the word is on the device. */
  long address() {
    return address;
  }

  /** Lets the word tell of no fault, for the kernels behind. */
  void reset() {
    driver.copyToDevice(address, fine.address(), WORD, stream);
  }

  /** Copies what the kernels before have left; to be given back. */
  Copy copy() {
    Copy copy = free.poll();
    if (copy == null) {
      try (var undo = new Undo()) {
        copy = make(undo);
        undo.keep();
      }
    }
    boolean done = false;
    try {
      driver.copyToHost(copy.word.address(), address, WORD, stream);
      driver.record(copy.event, stream);
      done = true;
    } finally {
      if (!done) {
        free.add(copy);
      }
    }
    return copy;
  }

  /** Gives a copy back. */
  void giveBack(Copy copy) {
    free.add(copy);
  }
}
