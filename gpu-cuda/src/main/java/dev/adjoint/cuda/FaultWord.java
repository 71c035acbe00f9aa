package dev.adjoint.cuda;

import dev.adjoint.codegen.CSource;
import dev.adjoint.device.Undo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The {@code fault} of a {@link CSource}: a word on the device, one for all kernels, and its way to the host. The caller holds
 * the session's lock.
 */
final class FaultWord {
  private static final long WORD = 4;

  private final CudaDriver driver;
  private final long stream;
  private final long address;
  private final MemorySegment words;

  /** Takes the memory; {@code undo} learns how to give it back. */
  FaultWord(CudaDriver driver, long stream, Undo undo) {
    this.driver = driver;
    this.stream = stream;
    address = driver.allocate(WORD);
    undo.add(() -> driver.free(address));
    long pinned = driver.allocatePinned(2 * WORD);
    undo.add(() -> driver.freePinned(pinned));
    words = MemorySegment.ofAddress(pinned).reinterpret(2 * WORD);
    words.set(ValueLayout.JAVA_INT, WORD, CSource.FINE);
    reset();
  }

  /** Where it is on the device. */
  long address() {
    return address;
  }

  /** Whether it tells of a fault, after all work before. */
  boolean tells() {
    driver.copyToHost(words.address(), address, WORD, stream);
    driver.waitForStream(stream);
    return words.get(ValueLayout.JAVA_INT, 0) != CSource.FINE;
  }

  /** Lets it tell of none, for work behind. */
  void reset() {
    driver.copyToDevice(address, words.address() + WORD, WORD, stream);
  }
}
