package dev.adjoint.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prepared launches that run one after the other; any thread may run them, with other data each time. */
public interface Sequence {
  /**
   * Enqueues all launches in order, each with what {@link Program.Launch#run} takes. If this fails, it is not known which of them
   * ran, except that none ran after one that failed, and that no variable changed if a launch before the first update checks a
   * position that is out of range.
   *
   * @param buffers for each launch its buffers
   * @param starts for each launch the byte within each buffer where the data begins
   * @param scalars for each launch the raw bits of its scalars
   * @throws PositionException if a position is out of range
   */
  void run(Buffer[][] buffers, long[][] starts, long[][] scalars);

  /**
   * Like {@link #run}, but does not wait to hear whether positions are in range: what is returned tells, or null if that is known
   * already. If one is not, no variable changes, as with {@link #run}.
   *
   * @param buffers for each launch its buffers
   * @param starts for each launch the byte within each buffer where the data begins
   * @param scalars for each launch the raw bits of its scalars
   */
  default @Nullable Verdict start(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    run(buffers, starts, scalars);
    return null;
  }

  /** Whether {@link #runInRange} does less than {@link #run}, so that it is worth to find out what is known of positions. */
  default boolean asks() {
    return false;
  }

  /**
   * Runs all launches, where the caller knows that every checked position is in range; so a device that would wait to hear that
   * need not.
   *
   * @param buffers for each launch its buffers
   * @param starts for each launch the byte within each buffer where the data begins
   * @param scalars for each launch the raw bits of its scalars
   */
  default void runInRange(Buffer[][] buffers, long[][] starts, long[][] scalars) {
    run(buffers, starts, scalars);
  }

  /** Launches that are started one by one. */
  static Sequence oneByOne(List<Program.Launch> launches) {
    Program.Launch[] all = launches.toArray(Program.Launch[]::new);
    return (buffers, starts, scalars) -> {
      for (int i = 0; i < all.length; i++) {
        all[i].run(buffers[i], starts[i], scalars[i]);
      }
    };
  }
}
