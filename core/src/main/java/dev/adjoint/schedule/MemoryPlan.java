package dev.adjoint.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places temporaries whose lifetimes are known into one block, so that those which live at the same time do not overlap.
 *
 * <p>The largest are placed first, each at the lowest offset that is free for its whole life.
 */
final class MemoryPlan {
  /** Alignment of every temporary. */
  static final long ALIGNMENT = 64;

  /** A temporary: the steps at which it is first and last used, and its size. */
  record Life(int value, int first, int last, long bytes) {}

  private final long[] offsets;
  private long bytes;

  /** The lives placed so far by their offset, and where each begins and ends. */
  private final Life[] placed;

  private final long[] begins;
  private final long[] ends;
  private int count;

  private MemoryPlan(int values, int lives) {
    offsets = new long[values];
    placed = new Life[lives];
    begins = new long[lives];
    ends = new long[lives];
  }

  /** Places temporaries; values are numbered below {@code values}. */
  static MemoryPlan of(int values, List<Life> lives) {
    var plan = new MemoryPlan(values, lives.size());
    var order = new ArrayList<>(lives);
    order.sort(
        Comparator.comparingLong((Life l) -> -l.bytes())
            .thenComparingInt(Life::first)
            .thenComparingInt(Life::value));
    for (Life life : order) {
      plan.place(life);
    }
    return plan;
  }

  private void place(Life life) {
    long offset = 0;
    for (int k = 0; k < count; k++) {
      Life rival = placed[k];
      if (rival.first > life.last || life.first > rival.last) {
        continue;
      }
      if (offset + life.bytes <= begins[k]) {
        break;
      }
      offset = Math.max(offset, ends[k]);
    }
    int at = count;
    while (at > 0 && begins[at - 1] > offset) {
      placed[at] = placed[at - 1];
      begins[at] = begins[at - 1];
      ends[at] = ends[at - 1];
      at--;
    }
    placed[at] = life;
    begins[at] = offset;
    ends[at] = align(offset + life.bytes);
    count++;
    offsets[life.value] = offset;
    bytes = Math.max(bytes, offset + life.bytes);
  }

  private static long align(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The size of the block. */
  long bytes() {
    return bytes;
  }

  /** Where a temporary begins in the block. */
  long offset(int value) {
    return offsets[value];
  }
}
