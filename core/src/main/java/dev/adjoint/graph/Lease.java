package dev.adjoint.graph;

import org.jspecify.annotations.Nullable;

/**
 * How long a value that is computed in a region of temporaries can be used: by the thread of the region until it ends, or by
 * all threads and for as long as it is reachable once it is kept.
 */
public final class Lease {
  /** The thread of the region; null once the value is kept or gone. */
  private volatile @Nullable Thread thread = Thread.currentThread();

  private volatile boolean ended;

  /** Lets the value outlive the region; without effect after its end. */
  public synchronized void keep() {
    thread = null;
  }

  /** Ends the use of the value, whose memory can be freed then, unless it is kept; returns whether it did. */
  public synchronized boolean end() {
    if (thread == null) {
      return false;
    }
    // In this order, so that a thread that asks meanwhile is refused.
    ended = true;
    thread = null;
    return true;
  }

  /** Why the present thread cannot use the value, as the rest of a sentence about a tensor that needs it; null if it can. */
  @Nullable String refusal() {
    Thread owner = thread;
    if (owner != null && !owner.equals(Thread.currentThread())) {
      return "needs a value of Scope.temporaries in thread '"
          + owner.getName()
          + "', which this thread cannot use: return it from there, or call keep() on it";
    }
    return ended
        ? "needs a value of Scope.temporaries, whose memory was freed at the end: return it from there, or call keep() on it"
        : null;
  }
}
