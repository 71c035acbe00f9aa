package dev.adjoint.cpu.work;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the code that waits for the JVM's compilers. While there is any, the shared workers leave a processor to them: with all
 * processors busy on slow code, the fast code would come much later.
 */
public final class Cold {
  /** After this time without new code the compilers have had their chance. */
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private static final AtomicInteger WAITING = new AtomicInteger();
  private static volatile long latest;

  private Cold() {}

  /** Some code begins to wait. */
  public static void begin() {
    latest = System.nanoTime();
    WAITING.incrementAndGet();
  }

  /** Some code waits no more. */
  public static void end() {
    WAITING.decrementAndGet();
  }

  /** Whether the compilers need a processor of their own. */
  static boolean needsProcessor() {
    return WAITING.get() > 0 && System.nanoTime() - latest < PATIENCE_NANOS;
  }
}
