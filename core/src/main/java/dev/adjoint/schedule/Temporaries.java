package dev.adjoint.schedule;

import dev.adjoint.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A region of temporaries: what is recorded and computed inside, by the thread that makes the region, is freed at its end. Values
 * of variables, and of tensors that were recorded before or are kept, are no temporaries.
 */
public final class Temporaries {
  private static final ScopedValue<Temporaries> CURRENT = ScopedValue.newInstance();
  private static final int FEW = 64;

  private final @Nullable Temporaries outer = current();
  private final Thread thread = Thread.currentThread();
  private final int firstSerial = Node.nextSerial();
  private final List<Watch> watches = new ArrayList<>();
  private int room = FEW;

  /** Computes something inside. */
  public <T> T call(Supplier<T> action) {
    return ScopedValue.where(CURRENT, this).call(action::get);
  }

  /** The innermost region that this thread is in; null if there is none. */
  static @Nullable Temporaries current() {
    Temporaries region = CURRENT.isBound() ? CURRENT.get() : null;
    // A thread that is forked inside inherits the region, but is not in it.
    return region != null && region.thread.equals(Thread.currentThread()) ? region : null;
  }

  /** The region at whose end the value of a node is freed; null if there is none. */
  static @Nullable Temporaries of(Node node) {
    Temporaries region = node.kept() ? null : current();
    while (region != null && node.serial() - region.firstSerial < 0) {
      region = region.outer;
    }
    return region;
  }

  /**
   * Adds a value, whose watch has a lease.
   *
   * @param alive the watches of all values whose memory is not freed yet
   */
  void add(Watch watch, Set<Watch> alive) {
    if (watches.size() >= room) {
      // A long region must not hold what the collector has found already.
      watches.removeIf(w -> !alive.contains(w));
      room = Math.max(FEW, 2 * watches.size());
    }
    watches.add(watch);
  }

  /** The values. */
  List<Watch> watches() {
    return watches;
  }

  /** The region around this one; null if there is none. */
  @Nullable Temporaries outer() {
    return outer;
  }
}
