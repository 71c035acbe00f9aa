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

  /** Of what is placed so far, by its offset: when each is first and last used, and where it begins and ends. */
  private final int[] firsts;

  private final int[] lasts;
  private final long[] begins;
  private final long[] ends;
  private int count;

  private MemoryPlan(int values, int lives) {
    offsets = new long[values];
    firsts = new int[lives];
    lasts = new int[lives];
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
      if (firsts[k] > life.last || life.first > lasts[k]) {
        continue;
      }
      if (offset + life.bytes <= begins[k]) {
        break;
      }
      offset = Math.max(offset, ends[k]);
    }
    int at = count;
    while (at > 0 && begins[at - 1] > offset) {
      at--;
    }
    for (Object array : new Object[] {firsts, lasts, begins, ends}) {
      System.arraycopy(array, at, array, at + 1, count - at);
    }
    firsts[at] = life.first;
    lasts[at] = life.last;
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
