package dev.adjoint.cpu.plain;

import java.util.Arrays;

/**
 * The least keys of many. Those that are below the largest of the least so far are gathered, and sorted when there are several
 * times as many as wanted: of numbers in no order few are gathered, and nearly all work is one comparison for each.
 */
final class LeastKeys {
  /** How many times more keys are gathered than wanted, and how many at least. */
  private static final int ROOM = 4;

  private static final int LEAST_ROOM = 128;

  private final int count;

  /** Keys with their highest bit turned, so that their order is that of signed numbers. */
  private final long[] keys;

  private LeastKeys(int count) {
    this.count = count;
    keys = new long[Math.max(LEAST_ROOM, ROOM * count)];
  }

  /** The {@code count} least ones of the keys of {@code n} pairs, of which there must be as many. */
  static LeastKeys of(Pairs pairs, int n, int count) {
    var least = new LeastKeys(count);
    least.gather(pairs, n);
    return least;
  }

  private void gather(Pairs pairs, int n) {
    int first = Math.min(n, keys.length);
    for (int i = 0; i < first; i++) {
      keys[i] = signed(pairs, i);
    }
    Arrays.sort(keys, 0, first);
    int gathered = count;
    long largest = keys[count - 1];
    for (int i = first; i < n; i++) {
      long key = signed(pairs, i);
      // Whether it is kept is as good as random, which a branch would have to guess.
      keys[gathered] = key;
      gathered += key < largest ? 1 : 0;
      if (gathered == keys.length) {
        Arrays.sort(keys);
        gathered = count;
        largest = keys[count - 1];
      }
    }
    Arrays.sort(keys, 0, gathered);
  }

  private static long signed(Pairs pairs, int i) {
    return pairs.key(i) ^ Long.MIN_VALUE;
  }

  /** The largest of them. */
  long largest() {
    return keys[count - 1] ^ Long.MIN_VALUE;
  }

  /** How many of them are less than the largest. */
  int below() {
    int below = count - 1;
    while (below > 0 && keys[below - 1] == keys[count - 1]) {
      below--;
    }
    return below;
  }
}
