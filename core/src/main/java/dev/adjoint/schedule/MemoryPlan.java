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

  private record Place(Life life, long offset) {}

  private final long[] offsets;
  private long bytes;

  private MemoryPlan(int values) {
    offsets = new long[values];
  }

  /** Places temporaries; values are numbered below {@code values}. */
  static MemoryPlan of(int values, List<Life> lives) {
    var plan = new MemoryPlan(values);
    var placed = new ArrayList<Place>();
    var order = new ArrayList<>(lives);
    order.sort(
        Comparator.comparingLong((Life l) -> -l.bytes())
            .thenComparingInt(Life::first)
            .thenComparingInt(Life::value));
    for (Life life : order) {
      long offset = plan.firstGap(life, placed);
      placed.add(new Place(life, offset));
      plan.offsets[life.value()] = offset;
      plan.bytes = Math.max(plan.bytes, offset + life.bytes());
    }
    return plan;
  }

  private long firstGap(Life life, List<Place> placed) {
    long offset = 0;
    List<Place> rivals =
        placed.stream()
            .filter(p -> p.life.first() <= life.last() && life.first() <= p.life.last())
            .sorted(Comparator.comparingLong(Place::offset))
            .toList();
    for (Place rival : rivals) {
      if (offset + life.bytes() <= rival.offset) {
        break;
      }
      offset = Math.max(offset, align(rival.offset + rival.life.bytes()));
    }
    return offset;
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
