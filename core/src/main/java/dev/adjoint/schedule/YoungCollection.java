package dev.adjoint.schedule;

import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A collection of the young objects alone. Where the JVM keeps these in little memory, it takes a fraction of the time of a full
 * one, and it finds the tensors that a program makes and drops in turn.
 *
 * <p>The JVM has no call for it: it collects young objects when their memory is full. So this makes garbage until an object is
 * gone that nobody can reach. How much that takes is up to the collector and its settings, and some never collect in this way. So
 * an attempt ends after the time that the last full collection took, and the more attempts have failed in a row, the more
 * of those that follow are left out.
 */
final class YoungCollection {
  /** So small that no collector treats an array of this size in a special way. */
  private static final int ARRAY_BYTES = 64 << 10;

  private static final long MOST_NANOS = 20_000_000;
  private static final int MOST_FAILURES = 4;

  private static long fullNanos = 2 * MOST_NANOS;
  private static int failures;
  private static int leftOut;

  /** The last array. */
  @SuppressWarnings("unused") // or the JVM's compiler could do without the array
  private static volatile byte @Nullable [] garbage;

  private YoungCollection() {}

  /**
   * Tries to provoke one.
   *
   * @param unreachable refers to a new object that nobody can reach
   * @return whether there was one
   */
  static synchronized boolean provoke(Reference<?> unreachable) {
    if (leftOut > 0) {
      leftOut--;
      return false;
    }
    long most = Math.min(MOST_NANOS, fullNanos);
    long begin = System.nanoTime();
    while (!unreachable.refersTo(null) && System.nanoTime() - begin < most) {
      garbage = new byte[ARRAY_BYTES];
    }
    garbage = null;
    boolean done = unreachable.refersTo(null);
    // One that takes longer than a full one, as it may where many young objects are in use, has
    // failed too.
    boolean worthwhile = done && System.nanoTime() - begin < fullNanos;
    failures = worthwhile ? 0 : Math.min(MOST_FAILURES, failures + 1);
    // The full collections that follow the first failures may have made room for the next attempt.
    leftOut = failures > 2 ? 1 << failures : 0;
    return done;
  }

  /** Has the JVM collect all objects, and notes how long that takes. */
  static synchronized void full() {
    long begin = System.nanoTime();
    System.gc();
    fullNanos = System.nanoTime() - begin;
  }
}
